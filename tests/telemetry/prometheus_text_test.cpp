#include "telemetry/prometheus_text.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <limits>

using reaper::telemetry::PrometheusText;

namespace {

/// Returns the line of one sample of a family `m`.
template <class Number>
std::string sample_line(Number value, std::initializer_list<PrometheusText::Label> labels = {}) {
  PrometheusText page;
  page.family("m", PrometheusText::Type::gauge, "h");
  page.sample(value, labels);
  const std::string_view header = "# HELP m h\n# TYPE m gauge\n";
  REQUIRE(page.text().starts_with(header));
  return page.text().substr(header.size());
}

}  // namespace

TEST_CASE("a family has its help, its type and its samples") {
  PrometheusText page;
  CHECK(page.text().empty());
  page.family("charts", PrometheusText::Type::gauge, "Charts on the volume.");
  page.sample(std::uint64_t{45});
  page.family("removed_charts_total", PrometheusText::Type::counter, "Charts removed.");
  page.sample(std::uint64_t{3}, {{"reason", "expired"}});
  page.sample(std::uint64_t{0}, {{"reason", "over_limit"}, {"set", "A_1d"}});
  CHECK(page.text() ==
        "# HELP charts Charts on the volume.\n"
        "# TYPE charts gauge\n"
        "charts 45\n"
        "# HELP removed_charts_total Charts removed.\n"
        "# TYPE removed_charts_total counter\n"
        "removed_charts_total{reason=\"expired\"} 3\n"
        "removed_charts_total{reason=\"over_limit\",set=\"A_1d\"} 0\n");
}

TEST_CASE("help texts are escaped") {
  PrometheusText page;
  page.family("m", PrometheusText::Type::counter, "a\\b\n\"c\"");
  CHECK(page.text() == "# HELP m a\\\\b\\n\"c\"\n# TYPE m counter\n");
}

TEST_CASE("label values are escaped and always UTF-8") {
  const std::uint64_t one = 1;
  CHECK(sample_line(one, {{"l", "NIFTY 50"}}) == "m{l=\"NIFTY 50\"} 1\n");
  CHECK(sample_line(one, {{"l", "a\"b\\c\nd"}}) == "m{l=\"a\\\"b\\\\c\\nd\"} 1\n");
  CHECK(sample_line(one, {{"l", "日経"}}) == "m{l=\"日経\"} 1\n");
  CHECK(sample_line(one, {{"l", "a\xff"}}) == "m{l=\"a\\\\xff\"} 1\n");
  CHECK(sample_line(one, {{"l", ""}}) == "m{l=\"\"} 1\n");
}

TEST_CASE("integers are exact, other numbers are the shortest text that reads back") {
  CHECK(sample_line(std::numeric_limits<std::uint64_t>::max()) == "m 18446744073709551615\n");
  CHECK(sample_line(0.1) == "m 0.1\n");
  CHECK(sample_line(6.0) == "m 6\n");
  CHECK(sample_line(-2.5) == "m -2.5\n");
  CHECK(sample_line(1e300) == "m 1e+300\n");
  CHECK(sample_line(std::numeric_limits<double>::quiet_NaN()) == "m NaN\n");
  CHECK(sample_line(std::numeric_limits<double>::infinity()) == "m +Inf\n");
  CHECK(sample_line(-std::numeric_limits<double>::infinity()) == "m -Inf\n");
}
