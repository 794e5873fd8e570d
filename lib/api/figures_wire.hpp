#pragma once

#include "api/query.hpp"
#include "api/wire.hpp"
#include "base/clock.hpp"
#include "retention/explain.hpp"
#include "sweep/chart_figures.hpp"

#include <optional>
#include <string>
#include <vector>

namespace reaper::api {

/// One page of the chart sets, or of the symbols, in the order that was asked for; ties are in the order of the names.
[[nodiscard]] std::string sets_body(const sweep::ChartFigures& figures, const Query& query);

/// The body of the charts by age: equal steps up to the maximum age, and all that is older.
[[nodiscard]] std::string ages_body(const sweep::ChartFigures& figures);

/// What an explanation of one chart is made of.
struct ExplainSource {
  std::string path;
  retention::ChartFacts facts;
  retention::Limits limits;
  GivenLimits given;
  base::FileTime now;
};

/// The body of an explanation: what becomes of the chart, when, which rule decides, and the same in words.
[[nodiscard]] std::string explain_body(const ExplainSource& source);

/// One effective setting, for people.
struct SettingView {
  std::string variable;
  std::string value;
  std::string source;
};

/// The body of the effective settings.
[[nodiscard]] std::string config_body(const std::vector<SettingView>& settings);

}  // namespace reaper::api
