#include "api/statistics_json.hpp"

#include "support/catch.hpp"

#include "api/fakes.hpp"
#include "api/long_answer.hpp"

#include <cerrno>
#include <string>

using namespace std::chrono_literals;
using namespace reaper;
using api::ConfiguredLimits;

namespace {

const assessment::Assessment k_no_problems;

std::string stats_body(const sweep::Storage& storage, const sweep::SweepProgress& progress,
                       const ConfiguredLimits& limits, base::FileTime now) {
  return api::stats_body({&storage, progress, limits, now, k_no_problems});
}

constexpr base::FileTime k_now = test::FixedClock::k_now;
constexpr std::uint64_t k_mb = 1024 * 1024;

sweep::Storage storage_with_charts() {
  sweep::Storage storage;
  storage.as_of = k_now - 250ms;
  storage.files = 45;
  storage.bytes = 23 * k_mb + k_mb / 2;
  storage.sets = 12;
  storage.oldest = k_now - 18h - 12min;
  storage.newest = k_now - 6min;
  storage.free_bytes = 2048 * k_mb;
  storage.allocated_bytes = 24690688;
  storage.future_files = 3;
  storage.free_inodes = 3000;
  return storage;
}

sweep::Report report_of(sweep::Scope scope, std::string set = {}) {
  sweep::Report report;
  report.request.trigger = sweep::Trigger::request;
  report.request.scope = scope;
  report.request.set = std::move(set);
  return report;
}

sweep::Report report_with_removals() {
  sweep::Report report = report_of(sweep::Scope::retention);
  report.charts_seen = 8;
  report.due = 6;
  report.failed = 1;
  report.files_removed = 3;
  report.directories_removed = 1;
  report.bytes_freed = 1500000;
  report.by_reason = {{{2, 1000000}, {1, 500000}, {0, 0}}};
  report.skipped = {{"busy", 2}};
  report.errors = 1;
  report.errors_by_operation = {{"unlinkat", 1}};
  report.error_list.add({base::errno_error(EACCES, "unlinkat", "A_1d/\xFF.png")});
  report.duration = 12345678ns;
  report.removed = {{"A_1d/x.png", 600000, 25h + 30min, retention::Reason::expired},
                    {"A_1d/\xFFy.png", 400000, 25h, retention::Reason::expired},
                    {"B_1d/z.png", 500000, 90s, retention::Reason::over_limit}};
  return report;
}

/// Returns the whole answer to a sweep request.
http::Response sweep_answer(const sweep::Report& report) {
  http::Response response = api::sweep_answer(std::make_shared<const sweep::Report>(report));
  api::complete(response);
  return response;
}

const std::string k_zero_stats =
    R"("due":0,"gone":0,"failed":0,"charts_seen":0,"removed_by_reason":{"expired":0,"over_limit":0,"disk_pressure":0,"requested":0},"skipped":{},)"
    R"("errors_by_operation":{},"age_rule_suspended":false,"duration_seconds":0.0})";

/// Returns true if the answer is that of a sweep that could do nothing, with this message.
bool is_failure(const http::Response& response, const std::string& message) {
  return response.status == 503 && response.content_type == "application/json" &&
         response.body.starts_with(R"({"success":false,"message":")" + message + "\"");
}

const std::string k_errors_list =
    R"("errors_list":[{"operation":"unlinkat","path":"A_1d/\\xff.png","message":"Permission denied"}])";

}  // namespace

TEST_CASE("the statistics begin with the fields of the original service") {
  CHECK(
      stats_body(storage_with_charts(), {}, ConfiguredLimits{24, 1000, 60, true}, k_now) ==
      R"({"success":true,"stats":{"total_files":45,"total_size_mb":23.5,"oldest_file_age_hours":18.2,)"
      R"("newest_file_age_hours":0.1,"max_age_hours":24,"max_size_mb":1000,"usage_percent":2.35,)"
      R"("total_allocated_bytes":24690688,"future_files":3,"chart_sets":12,)"
      R"("cleanup_enabled":true,"cleanup_interval_minutes":60,"volume_free_mb":2048.0,)"
      R"("volume_free_inodes":3000,"no_gain_until":null,)"
      R"("scanned_at":"2026-01-31T09:14:59.750Z","complete":true,"lower_bound":false,"unreadable_directories":0,"watched":false,)"
      R"("sweep":{"state":"idle","scanned":0,"removed":0,"freed_bytes":0},"status":"ok","problems":[]}})");
}

TEST_CASE("before the first scan has ended every figure is null") {
  CHECK(
      api::stats_body(
          {nullptr, {sweep::Activity::scanning, 70, 0, 0}, ConfiguredLimits{6, 200, 15, true}, k_now, k_no_problems}) ==
      R"({"success":true,"stats":{"total_files":null,"total_size_mb":null,"oldest_file_age_hours":null,)"
      R"("newest_file_age_hours":null,"max_age_hours":6,"max_size_mb":200,"usage_percent":null,)"
      R"("total_allocated_bytes":null,"future_files":null,"chart_sets":null,)"
      R"("cleanup_enabled":true,"cleanup_interval_minutes":15,"volume_free_mb":null,)"
      R"("volume_free_inodes":null,"no_gain_until":null,)"
      R"("scanned_at":null,"complete":false,"lower_bound":false,"unreadable_directories":null,"watched":false,)"
      R"("sweep":{"state":"scanning","scanned":70,"removed":0,"freed_bytes":0},"status":"ok","problems":[]}})");
}

TEST_CASE("the statistics report the progress of a sweep") {
  const std::string body =
      stats_body(sweep::Storage{}, {sweep::Activity::removing, 70, 5, 900}, ConfiguredLimits{6, 200, 15, false}, k_now);
  CHECK(body.find(R"("sweep":{"state":"removing","scanned":70,"removed":5,"freed_bytes":900})") != std::string::npos);
}

TEST_CASE("the ages are null on an empty volume") {
  sweep::Storage storage;
  storage.as_of = k_now;
  CHECK(
      stats_body(storage, {}, ConfiguredLimits{6, 200, 15, false}, k_now) ==
      R"({"success":true,"stats":{"total_files":0,"total_size_mb":0.0,"oldest_file_age_hours":null,)"
      R"("newest_file_age_hours":null,"max_age_hours":6,"max_size_mb":200,"usage_percent":0.0,)"
      R"("total_allocated_bytes":0,"future_files":0,"chart_sets":0,)"
      R"("cleanup_enabled":false,"cleanup_interval_minutes":15,"volume_free_mb":null,)"
      R"("volume_free_inodes":null,"no_gain_until":null,)"
      R"("scanned_at":"2026-01-31T09:15:00.000Z","complete":true,"lower_bound":false,"unreadable_directories":0,"watched":false,)"
      R"("sweep":{"state":"idle","scanned":0,"removed":0,"freed_bytes":0},"status":"ok","problems":[]}})");
}

TEST_CASE("the statistics say until when nothing is removed for free space") {
  sweep::Storage storage;
  storage.no_gain_until = k_now;
  CHECK(stats_body(storage, {}, ConfiguredLimits{6, 200, 15, false}, k_now)
            .find(R"("no_gain_until":"2026-01-31T09:15:00.000Z")") != std::string::npos);
}

TEST_CASE("figures are marked as lower bounds if directories cannot be read") {
  sweep::Storage storage;
  storage.unreadable = 2000;
  CHECK(stats_body(storage, {}, ConfiguredLimits{6, 200, 15, false}, k_now)
            .find(R"("complete":true,"lower_bound":true,"unreadable_directories":2000,)") != std::string::npos);
}

TEST_CASE("charts that are only counted are included in the count") {
  sweep::Storage storage;
  storage.only_counted = 7;
  CHECK(stats_body(storage, {}, ConfiguredLimits{6, 200, 15, false}, k_now)
            .find(R"("complete":false,"lower_bound":false,"unreadable_directories":0,)") != std::string::npos);
}

TEST_CASE("limits are shown as they were given") {
  const auto shown = [](double given) {
    const std::string body = stats_body(sweep::Storage{}, {}, ConfiguredLimits{given, 1000, 60, true}, k_now);
    const std::size_t start = body.find("\"max_age_hours\":") + 16;
    return body.substr(start, body.find(',', start) - start);
  };
  CHECK(shown(6) == "6");
  CHECK(shown(0.5) == "0.5");
  CHECK(shown(1.25) == "1.25");
  CHECK(shown(100000) == "100000");
  CHECK(shown(0.001) == "0.001");
}

TEST_CASE("figures are rounded like those of the original service") {
  const auto age_shown = [](std::chrono::nanoseconds age) {
    sweep::Storage storage;
    storage.newest = k_now - age;
    const std::string body = stats_body(storage, {}, ConfiguredLimits{24, 1000, 60, true}, k_now);
    const std::size_t start = body.find("\"newest_file_age_hours\":") + 24;
    return body.substr(start, body.find(',', start) - start);
  };
  CHECK(age_shown(0s) == "0.0");
  CHECK(age_shown(2h) == "2.0");
  CHECK(age_shown(17s) == "0.0");
  CHECK(age_shown(19s) == "0.01");
  CHECK(age_shown(9630s) == "2.67");  // 2.675 h is slightly less as a double, and Python's round() also gives 2.67
  CHECK(age_shown(450s) == "0.12");   // exactly 0.125 h, rounded to even
  CHECK(age_shown(-1s) == "0.0");
  CHECK(age_shown(-90min) == "-1.5");
}

TEST_CASE("a cleanup that removed nothing has a full answer") {
  const http::Response response = sweep_answer(report_of(sweep::Scope::retention));
  CHECK(response.status == 200);
  CHECK(response.content_type == "application/json");
  CHECK(response.body == R"({"success":true,"message":"Chart cleanup completed","stats":{"files_removed":0,)"
                         R"("directories_removed":0,"bytes_freed":0,"errors":0,)" +
                             k_zero_stats + "}");
}

TEST_CASE("a cleanup with errors is a success that counts them") {
  const http::Response response = sweep_answer(report_with_removals());
  CHECK(response.status == 200);
  CHECK(response.body ==
        R"({"success":true,"message":"Chart cleanup completed","stats":{"files_removed":3,"directories_removed":1,)"
        R"("bytes_freed":1500000,"errors":1,"due":6,"gone":0,"failed":1,"charts_seen":8,)"
        R"("removed_by_reason":{"expired":2,"over_limit":1,"disk_pressure":0,"requested":0},"skipped":{"busy":2},)"
        R"("errors_by_operation":{"unlinkat":1},"age_rule_suspended":false,"duration_seconds":0.012},)" +
            k_errors_list + "}");
}

TEST_CASE("a dry run lists the charts it would remove, and counts those that would stay") {
  sweep::Report report = report_with_removals();
  report.would_fail = 2;
  report.request.dry_run = sweep::DryRun::yes;
  CHECK(
      sweep_answer(report).body ==
      R"({"success":true,"message":"Chart cleanup completed","dry_run":true,"stats":{"files_removed":3,)"
      R"("directories_removed":1,"bytes_freed":1500000,"errors":1,"due":6,"gone":0,"failed":1,"would_fail":2,"charts_seen":8,)"
      R"("removed_by_reason":{"expired":2,"over_limit":1,"disk_pressure":0,"requested":0},"skipped":{"busy":2},)"
      R"("errors_by_operation":{"unlinkat":1},"age_rule_suspended":false,"duration_seconds":0.012},)" +
          k_errors_list +
          R"(,"removals":[)"
          R"({"path":"A_1d/x.png","size_bytes":600000,"age_hours":25.5,"reason":"expired"},)"
          R"({"path":"A_1d/\\xffy.png","size_bytes":400000,"age_hours":25.0,"reason":"expired"},)"
          R"({"path":"B_1d/z.png","size_bytes":500000,"age_hours":0.03,"reason":"over_limit"}]})");
}

TEST_CASE("a dry run counts the charts that its list leaves out") {
  sweep::Report report = report_with_removals();
  report.request.dry_run = sweep::DryRun::yes;
  report.files_removed = 10;
  const std::string body = sweep_answer(report).body;
  const std::string end = R"("reason":"over_limit"}],"removals_omitted":7})";
  REQUIRE(body.size() > end.size());
  CHECK(body.substr(body.size() - end.size()) == end);
}

TEST_CASE("removing a set reports its name and the files kept in it") {
  sweep::Report report = report_of(sweep::Scope::set, "RELIANCE_1day");
  report.files_kept = 2;
  CHECK(sweep_answer(report).body ==
        R"({"success":true,"message":"Cleaned up charts for RELIANCE_1day","stats":{"files_removed":0,)"
        R"("directories_removed":0,"bytes_freed":0,"errors":0,"files_kept":2,)" +
            k_zero_stats + "}");
}

TEST_CASE("removing everything is reported as such") {
  CHECK(sweep_answer(report_of(sweep::Scope::everything)).body ==
        R"({"success":true,"message":"All charts cleaned up","stats":{"files_removed":0,"directories_removed":0,)"
        R"("bytes_freed":0,"errors":0,"files_kept":0,)" +
            k_zero_stats + "}");
}

TEST_CASE("a set without charts is 404, also in a dry run") {
  sweep::Report report = report_of(sweep::Scope::set, "NOPE_1day");
  report.found = false;
  for (const auto dry_run : {sweep::DryRun::no, sweep::DryRun::yes}) {
    report.request.dry_run = dry_run;
    const http::Response response = sweep_answer(report);
    CHECK(response.status == 404);
    CHECK(response.content_type == "application/json");
    CHECK(response.body == R"({"success":false,"message":"No charts found for NOPE_1day"})");
  }
}

TEST_CASE("the name of a set is escaped in JSON") {
  sweep::Report report = report_of(sweep::Scope::set, "a\"b\\\n\xE6\x97\xA5_1d");
  report.found = false;
  CHECK(sweep_answer(report).body ==
        "{\"success\":false,\"message\":\"No charts found for a\\\"b\\\\\\n\xE6\x97\xA5_1d\"}");
}

TEST_CASE("a set that could not be read is not reported as empty") {
  sweep::Report report = report_of(sweep::Scope::set, "A_1day");
  report.found = false;
  report.errors = 1;
  report.error_list.add({base::errno_error(EACCES, "openat2", "A_1day")});
  for (const auto dry_run : {sweep::DryRun::no, sweep::DryRun::yes}) {
    report.request.dry_run = dry_run;
    CHECK(is_failure(sweep_answer(report), "Nothing could be removed: openat2 'A_1day': Permission denied"));
  }
}

TEST_CASE("a sweep that could do nothing is 503 with the usual body") {
  sweep::Report report = report_of(sweep::Scope::retention);
  report.errors = 12;
  report.due = 12;
  report.failed = 12;
  report.error_list.add({base::errno_error(EACCES, "unlinkat", "A_1d/x.png")});
  CHECK(is_failure(sweep_answer(report),
                   "None of the 12 charts that were due could be removed: unlinkat 'A_1d/x.png': Permission denied"));
  CHECK(sweep_answer(report).body.find(R"("due":12,"gone":0,"failed":12,)") != std::string::npos);
  CHECK(sweep_answer(report).body.find(R"("errors_list":[{"operation":"unlinkat","path":"A_1d/x.png",)") !=
        std::string::npos);

  report.request.scope = sweep::Scope::everything;
  CHECK(is_failure(sweep_answer(report),
                   "None of the 12 charts that were asked for could be removed: unlinkat "
                   "'A_1d/x.png': Permission denied"));
  report.due = report.failed = 1;
  report.request.scope = sweep::Scope::retention;
  CHECK(is_failure(sweep_answer(report),
                   "The chart that was due could not be removed: unlinkat 'A_1d/x.png': Permission denied"));
  report.due = report.failed = 0;
  report.directories_failed = 2;
  CHECK(is_failure(sweep_answer(report),
                   "None of the 2 empty chart sets that were due could be removed: unlinkat "
                   "'A_1d/x.png': Permission denied"));
}

TEST_CASE("an unusable root is 503 with the reason") {
  sweep::Report report = report_of(sweep::Scope::set, "A_1day");
  report.found = false;
  report.errors = 1;
  report.problem = "open '/charts': No such file or directory";
  report.error_list.add_first("root", "/charts", *report.problem);
  CHECK(is_failure(sweep_answer(report), "The sweep failed: open '/charts': No such file or directory"));
}

TEST_CASE("an interrupted sweep is 503 and reports how far it came") {
  sweep::Report report = report_with_removals();
  report.stopped = true;
  const http::Response response = sweep_answer(report);
  CHECK(response.status == 503);
  CHECK(response.body.find("3 charts were removed") != std::string::npos);
  report.request.dry_run = sweep::DryRun::yes;
  CHECK(sweep_answer(report).body.find("0 charts were removed") != std::string::npos);
}
