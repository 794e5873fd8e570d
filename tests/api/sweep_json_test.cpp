#include "api/sweep_json.hpp"

#include "support/catch.hpp"

#include "api/long_answer.hpp"

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

using namespace std::chrono_literals;
using namespace reaper;

namespace {

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
                   "None of the 12 due charts could be removed: unlinkat 'A_1d/x.png': Permission denied"));
  CHECK(sweep_answer(report).body.find(R"("due":12,"gone":0,"failed":12,)") != std::string::npos);
  CHECK(sweep_answer(report).body.find(R"("errors_list":[{"operation":"unlinkat","path":"A_1d/x.png",)") !=
        std::string::npos);

  report.request.scope = sweep::Scope::everything;
  CHECK(is_failure(sweep_answer(report),
                   "None of the 12 requested charts could be removed: unlinkat "
                   "'A_1d/x.png': Permission denied"));
  report.due = report.failed = 1;
  report.request.scope = sweep::Scope::retention;
  CHECK(
      is_failure(sweep_answer(report), "The due chart could not be removed: unlinkat 'A_1d/x.png': Permission denied"));
  report.due = report.failed = 0;
  report.directories_failed = 2;
  CHECK(is_failure(sweep_answer(report),
                   "None of the 2 due empty chart sets could be removed: unlinkat "
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
