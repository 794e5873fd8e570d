#include "api/negotiation.hpp"

#include "support/catch.hpp"

using reaper::api::preferred_format;
using reaper::telemetry::MetricsFormat;

TEST_CASE("OpenMetrics is sent if Accept names it with at least the weight of text") {
  for (const char* accept :
       {"application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8",
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "text/plain;q=0.9, Application/OpenMetrics-Text;VERSION=1.0.0;q=0.9"}) {
    INFO(accept);
    CHECK(preferred_format(accept) == MetricsFormat::open_metrics);
  }
}

TEST_CASE("all other clients get the Prometheus text format") {
  for (const char* accept :
       {"", "*/*", "text/plain", "text/html,application/xhtml+xml,*/*;q=0.8", "application/openmetrics-text;q=0",
        "application/openmetrics-text;q=x", "application/openmetrics-text;version=0.0.1",
        "application/openmetrics-text;version=1.0.0;q=0.4,text/plain;q=0.5", ",;=,;q", "q=1"}) {
    INFO(accept);
    CHECK(preferred_format(accept) == MetricsFormat::prometheus);
  }
}
