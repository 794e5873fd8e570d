#include "charts/chart_set.hpp"

#include "support/catch.hpp"

using reaper::charts::ChartSetName;
using reaper::charts::parse_chart_set_name;

TEST_CASE("the interval is the part after the last underscore") {
  CHECK(parse_chart_set_name("RELIANCE_1day") == ChartSetName{"RELIANCE", "1day"});
  CHECK(parse_chart_set_name("NIFTY 50_1day") == ChartSetName{"NIFTY 50", "1day"});
  CHECK(parse_chart_set_name("M&M_15min") == ChartSetName{"M&M", "15min"});
  CHECK(parse_chart_set_name("BRK.B_1day") == ChartSetName{"BRK.B", "1day"});
  CHECK(parse_chart_set_name("^NSEI_1week") == ChartSetName{"^NSEI", "1week"});
  CHECK(parse_chart_set_name("A_B_1h") == ChartSetName{"A_B", "1h"});
  CHECK(parse_chart_set_name("日経_1day") == ChartSetName{"日経", "1day"});
  CHECK(parse_chart_set_name("__1h") == ChartSetName{"_", "1h"});
}

TEST_CASE("a name without symbol or interval is no chart set") {
  for (const char* const name : {"", "_", "__", "X", "X_", "_1d", "A_B_", "logs"}) {
    INFO(name);
    CHECK_FALSE(parse_chart_set_name(name).has_value());
  }
}
