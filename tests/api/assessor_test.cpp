#include "api/assessor.hpp"

#include "api/assessment_json.hpp"
#include "api/fakes.hpp"
#include "api/paused.hpp"
#include "api/says.hpp"
#include "base/size.hpp"
#include "support/capture.hpp"
#include "support/catch.hpp"

#include <boost/json/serialize.hpp>

#include <memory>

using namespace reaper;
using namespace std::chrono_literals;
using assessment::Code;
using test::says;

namespace {

struct AssessorFixture {
  AssessorFixture() { assessor.use(settings); }

  /// Returns the log lines of one assessment at this usage.
  std::string at(std::uint64_t megabytes) {
    sweep::Storage storage;
    storage.bytes = megabytes * base::k_mebibyte;
    storage.watched = true;
    sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
    assessor.assess();
    return logged.take();
  }

  assessment::SettingFacts settings{.cleanup_enabled = true,
                                    .wants_watches = true,
                                    .max_age = 24h,
                                    .min_age = 60s,
                                    .limit_bytes = 100 * base::k_mebibyte,
                                    .declared_bytes = {}};
  test::FixedClock clock;
  test::Capture logged = test::capture_pipe();
  telemetry::Log log{clock, logged.writer.get()};
  test::FakeSweeps sweeps;
  std::string hang;
  api::Assessor assessor{{sweeps, clock, log, [this] { return hang; }}};
};

}  // namespace

TEST_CASE_METHOD(AssessorFixture,
                 "each usage threshold is logged once when it is crossed, and again only after usage was below 80 %") {
  CHECK(at(80).empty());
  const std::string high = at(81);
  CHECK(high.starts_with("Chart storage above 80 % of the limit: code=usage_high "));
  CHECK(says(high, "level=warning"));
  CHECK(at(90).empty());
  CHECK(at(95).empty());
  const std::string critical = at(96);
  CHECK(critical.starts_with("Chart storage above 95 % of the limit: code=usage_critical "));
  CHECK(says(critical, "level=error"));
  CHECK_FALSE(says(critical, "below 80 %"));
  CHECK(at(99).empty());
  CHECK(at(85).empty());
  CHECK(at(99).empty());
  CHECK(says(at(10), "Chart storage below 80 % of the limit again"));
  CHECK(at(10).empty());
  CHECK(says(at(81), "above 80 %"));
}

TEST_CASE_METHOD(AssessorFixture, "a jump over both thresholds is logged as the more severe one") {
  const std::string lines = at(100);
  CHECK(says(lines, "above 95 %"));
  CHECK_FALSE(says(lines, "80 %"));
}

TEST_CASE_METHOD(AssessorFixture, "more than five errors are logged once until a sweep has fewer") {
  at(1);
  for (const auto& [errors, said] : {std::pair{5U, false}, {6U, true}, {60U, false}, {0U, false}, {7U, true}}) {
    sweep::Report report;
    report.errors = errors;
    sweeps.sums.last_telling = std::make_shared<sweep::Report>(report);
    assessor.assess();
    CHECK(says(logged.take(), "More than 5 errors in one chart cleanup") == said);
  }
}

TEST_CASE_METHOD(AssessorFixture, "a problem that becomes more severe is logged again") {
  at(1);
  sweep::Report report;
  report.due = 3;
  report.failed = 1;
  report.files_removed = 2;
  report.errors = 1;
  sweeps.sums.last_telling = std::make_shared<sweep::Report>(report);
  assessor.assess();
  CHECK(says(logged.take(), "level=warning"));
  report.failed = 3;
  report.files_removed = 0;
  sweeps.sums.last_telling = std::make_shared<sweep::Report>(report);
  assessor.assess();
  const std::string lines = logged.take();
  CHECK(says(lines, "Charts cannot be removed: code=removal_failing "));
  CHECK(says(lines, "level=error"));
  assessor.assess();
  CHECK(logged.take().empty());
}

TEST_CASE_METHOD(AssessorFixture, "the facts come from the snapshot, the settings and the watchdog") {
  sweep::Storage storage;
  storage.bytes = 150 * base::k_mebibyte;
  storage.volume_bytes = 50 * base::k_mebibyte;
  storage.future_files = 3;
  storage.only_counted = 2;
  storage.why_not_watched = "no watches left";
  storage.no_gain_until = clock.now();
  sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
  sweeps.not_writable = "faccessat '/x': Read-only file system";
  hang = "the worker is stuck";
  sweep::Report report;
  report.age_rule_suspended = true;
  sweeps.sums.last_telling = std::make_shared<sweep::Report>(report);
  const assessment::Assessment& now = assessor.assess();
  for (const Code code : {Code::root_unusable, Code::hung, Code::usage_critical, Code::no_gain, Code::clock_untrusted,
                          Code::settings_conflict, Code::memory_short, Code::future_times, Code::not_watched}) {
    INFO(to_string(code));
    CHECK(now.find(code) != nullptr);
  }
  CHECK(now.status == assessment::Status::failing);
  using api::Pause;
  CHECK(api::pauses_of(now) == std::vector{Pause::clock, Pause::hung, Pause::no_gain, Pause::root});
}

TEST_CASE_METHOD(AssessorFixture, "usage is judged by the limit in force, and the advice names its setting") {
  volume::VolumeTraits honest;
  honest.honest_free_space = volume::Trait::yes;
  sweeps.volume = std::make_shared<volume::VolumeTraits>(honest);
  sweeps.volume_bytes = 200 * base::k_mebibyte;
  settings.max_size_percent = 10;
  assessor.use(settings);
  CHECK(at(16).empty());
  CHECK(at(17).starts_with("Chart storage above 80 % of the limit: code=usage_high "));
  const assessment::Problem* const problem = assessor.assess().find(Code::usage_high);
  REQUIRE(problem != nullptr);
  CHECK(problem->sentence.find("85 % of the limit of 20.00 MB") != std::string::npos);
  CHECK(problem->advice.find("Raise CHART_MAX_SIZE_PERCENT") != std::string::npos);
  sweeps.volume_bytes = 2000 * base::k_mebibyte;
  CHECK(assessor.assess().find(Code::usage_high) == nullptr);
  at(81);
  CHECK(assessor.assess().find(Code::usage_high)->advice.find("Raise CHART_MAX_SIZE_MB") != std::string::npos);
  sweeps.volume_bytes.reset();
  CHECK(assessor.assess().find(Code::settings_conflict)->sentence.find("cannot be applied") != std::string::npos);
}

TEST_CASE_METHOD(AssessorFixture, "a volume without changes between scans is told once, whatever CHART_WATCH says") {
  sweep::Storage storage;
  storage.unseen_since = clock.now();
  sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
  const assessment::Problem* const problem = assessor.assess().find(Code::not_watched);
  REQUIRE(problem != nullptr);
  CHECK(problem->sentence.find("does not report changes") != std::string::npos);
  CHECK(says(logged.take(), "Chart directory is not watched: code=not_watched "));
  assessor.assess();
  CHECK(logged.take().empty());
}

TEST_CASE("problems are written for programs and for people") {
  assessment::Assessment assessment;
  assessment.problems.push_back({.code = Code::removal_failing,
                                 .severity = assessment::Severity::critical,
                                 .sentence = "unlinkat 'A_1d': no",
                                 .advice = "Do it.",
                                 .since = test::FixedClock::k_now});
  CHECK(boost::json::serialize(api::problems_json(assessment)) ==
        R"([{"code":"removal_failing","severity":"critical","sentence":"unlinkat 'A_1d': no","advice":"Do it.",)"
        R"("since":"2026-01-31T09:15:00.000Z"}])");
  CHECK(api::problems_text(assessment) == "critical removal_failing: unlinkat 'A_1d': no Do it.\n");
}
