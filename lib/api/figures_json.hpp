#pragma once

#include "api/configured_limits.hpp"
#include "base/clock.hpp"
#include "http/message.hpp"
#include "retention/explain.hpp"
#include "sweep/chart_figures.hpp"
#include "volume/volume_traits.hpp"

#include <memory>
#include <string>
#include <vector>

namespace reaper::api {

/// Returns the answer with one page of chart sets or symbols. A set that DELETE cannot find by its listed symbol and
/// interval has `"deletable":false`.
[[nodiscard]] http::Response sets_answer(std::shared_ptr<const sweep::SetPage> page, sweep::SetQuery::Group group);

/// Returns the charts by age as JSON: equal steps up to the maximum age, and all older charts.
[[nodiscard]] std::string ages_body(const sweep::AgeFigures& ages);

/// The source of the explanation of one chart.
struct ExplainSource {
  std::string path;
  retention::ChartFacts facts;
  retention::Limits limits;  ///< in force
  ConfiguredLimits given;
  base::FileTime now;
  std::string failure = {};  ///< a printable sentence: why charts cannot be removed now; empty if they can
};

/// Returns the explanation as JSON: the action for the chart, its time, the rule that decides, and a text.
[[nodiscard]] std::string explain_body(const ExplainSource& source);

/// One effective setting for people. The source is printable.
struct SettingView {
  std::string variable;
  std::string value;
  std::string source;
};

/// Returns the effective settings as JSON, and what holds on the volume. `volume` is null if the root cannot be used.
[[nodiscard]] std::string config_body(const std::vector<SettingView>& settings, const volume::VolumeTraits* volume);

}  // namespace reaper::api
