#pragma once

#include "api/configured_limits.hpp"
#include "base/clock.hpp"
#include "http/message.hpp"
#include "retention/explain.hpp"
#include "sweep/chart_figures.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reaper::api {

/// The answer with one page of the chart sets, or of the symbols. A set that DELETE would not find by the symbol and
/// the interval as they are listed is marked with `"deletable":false`.
[[nodiscard]] http::Response sets_answer(std::shared_ptr<const sweep::SetPage> page, sweep::SetQuery::Group group);

/// The body of the charts by age: equal steps up to the maximum age, and all that is older.
[[nodiscard]] std::string ages_body(const sweep::AgeFigures& ages);

/// What an explanation of one chart is made of.
struct ExplainSource {
  std::string path;
  retention::ChartFacts facts;
  retention::Limits limits;
  ConfiguredLimits given;
  base::FileTime now;
  std::string failure = {};  ///< why charts cannot be removed at present, in a printable sentence; empty if they can
};

/// The body of an explanation: what becomes of the chart, when, which rule decides, and the same in words.
[[nodiscard]] std::string explain_body(const ExplainSource& source);

/// One effective setting, for people. The source is printable.
struct SettingView {
  std::string variable;
  std::string value;
  std::string source;
};

/// The body of the effective settings.
[[nodiscard]] std::string config_body(const std::vector<SettingView>& settings);

}  // namespace reaper::api
