// A path may hold any bytes. It is escaped where it enters a sentence, and not again on any way out.

#include "api/assessment_json.hpp"
#include "api/routes_fixture.hpp"
#include "api/status_line.hpp"
#include "support/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>

using namespace reaper;

namespace {

/// The path has a newline and a backslash in it.
constexpr std::string_view k_words = R"(unlinkat 'A\nB\\C_1d/x.png': Permission denied)";

/// A daemon whose last sweep could remove nothing.
struct EscapingFixture : test::RoutesFixture {
  EscapingFixture() {
    next_report().due = 1;
    next_report().failed = 1;
    next_report().errors = 1;
    next_report().error_list.add({base::errno_error(EACCES, "unlinkat", "A\nB\\C_1d/x.png")});
    sweeps.sums.last_telling = std::make_shared<sweep::Report>(next_report());
    sweeps.on_volume = std::make_shared<sweep::Storage>();
  }

  sweep::Report& next_report() { return sweeps.next_report; }

  boost::json::value body_of(std::string_view method, const std::string& target) {
    return boost::json::parse(ask(method, target).body);
  }
};

bool ends_with(const boost::json::value& text, const std::string& end) {
  return std::string_view(text.as_string()).ends_with(end);
}

/// The cause at the end of a sentence.
const std::string k_cause = ": " + std::string(k_words) + ".";

}  // namespace

TEST_CASE_METHOD(EscapingFixture, "a problem has its path escaped once, for programs and for people") {
  const boost::json::value stats = body_of("GET", "/charts/storage/stats");
  CHECK(ends_with(stats.at("stats").at("problems").at(0).at("sentence"), k_cause));
  const assessment::Assessment& now = assessor.assess();
  REQUIRE(now.status == assessment::Status::failing);
  CHECK(api::problems_text(now).find(k_cause) != std::string::npos);
  CHECK(api::status_line(sweeps.snapshot(), judged.limit_bytes, now).ends_with(k_cause));
}

TEST_CASE_METHOD(EscapingFixture, "an explanation has the path of the obstacle escaped once") {
  sweeps.chart = retention::ChartFacts{.modified = clock.now() - std::chrono::hours(30)};
  CHECK(ends_with(body_of("GET", "/charts/explain?path=x.png").at("explanation"), k_cause));
}

TEST_CASE_METHOD(EscapingFixture, "a sweep that could do nothing says why with the path escaped once") {
  const boost::json::value body = body_of("POST", "/charts/cleanup");
  CHECK(ends_with(body.at("message"), ": " + std::string(k_words)));
  CHECK(body.at("errors_list").at(0).at("path").as_string() == R"(A\nB\\C_1d/x.png)");
}

TEST_CASE_METHOD(EscapingFixture, "a root that cannot be used is named with its path escaped once") {
  const std::string problem =
      "the chart directory cannot be used: " + base::errno_error(ENOENT, "open", "/A\nB\\C").message();
  const std::string_view words = R"(open '/A\nB\\C': No such file or directory)";
  sweeps.trouble = problem;
  CHECK(ends_with(body_of("GET", "/readyz").at("detail"), std::string(words) + "."));

  next_report().problem = problem;
  next_report().error_list.add_first("root", "", problem);
  const boost::json::value body = body_of("POST", "/charts/cleanup");
  CHECK(ends_with(body.at("message"), std::string(words)));
  CHECK(ends_with(body.at("errors_list").at(0).at("message"), std::string(words)));
  sweeps.past.note(next_report());
  CHECK(ends_with(body_of("GET", "/charts/sweeps").at("sweeps").at(0).at("problem"), std::string(words)));
}
