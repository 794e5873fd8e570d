#include "telemetry/histogram.hpp"

#include "support/catch.hpp"

#include "telemetry/prometheus_text.hpp"

#include <array>

using namespace reaper::telemetry;

namespace {

constexpr std::array k_bounds{0.5, 1.0, 10.0};

}  // namespace

TEST_CASE("a value on a bound belongs to the bucket that ends there") {
  Histogram histogram(k_bounds);
  for (const double value : {0.5, 0.6, 1.0, 10.0, 10.1, 1e9}) histogram.observe(value);
  CHECK(histogram.counts() == std::vector<std::uint64_t>{1, 2, 1, 2});
}

TEST_CASE("buckets are written cumulatively, with their sum and count") {
  Histogram histogram(k_bounds);
  for (const double value : {0.25, 0.75, 100.0}) histogram.observe(value);
  PrometheusText text;
  text.family("h_seconds", PrometheusText::Type::histogram, "Help.");
  text.sample(histogram, {{"route", "/x"}});
  CHECK(text.text() == R"(# HELP h_seconds Help.
# TYPE h_seconds histogram
h_seconds_bucket{route="/x",le="0.5"} 1
h_seconds_bucket{route="/x",le="1.0"} 2
h_seconds_bucket{route="/x",le="10.0"} 2
h_seconds_bucket{route="/x",le="+Inf"} 3
h_seconds_sum{route="/x"} 101
h_seconds_count{route="/x"} 3
)");
}

TEST_CASE("OpenMetrics drops the suffix of a counter family only") {
  PrometheusText text(MetricsFormat::open_metrics);
  text.family("a_total", PrometheusText::Type::counter, "A.");
  text.sample(std::uint64_t{1});
  text.family("b_total", PrometheusText::Type::gauge, "B.");
  text.sample(std::uint64_t{2});
  CHECK(text.text() ==
        "# HELP a A.\n# TYPE a counter\na_total 1\n# HELP b_total B.\n# TYPE b_total gauge\nb_total 2\n# EOF\n");
}
