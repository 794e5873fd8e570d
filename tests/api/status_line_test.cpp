#include "api/status_line.hpp"

#include "support/catch.hpp"

using namespace reaper;
using api::status_line;

TEST_CASE("the status line shows the usage and the worst problem") {
  const api::ConfiguredLimits limits{24, 0.5, 60, true};
  sweep::Snapshot known;
  assessment::Assessment assessment;
  CHECK(status_line(known, limits, assessment).empty());

  sweep::Storage storage;
  storage.files = 3;
  storage.bytes = 128 * 1024;
  known.storage = std::make_shared<sweep::Storage>(storage);
  CHECK(status_line(known, limits, assessment) == "3 charts, 0.1 of 0.5 MB (25 %)");

  assessment.problems.push_back({.code = assessment::Code::many_errors, .sentence = "The last sweep had 6 errors."});
  CHECK(status_line(known, limits, assessment) == "3 charts, 0.1 of 0.5 MB (25 %)");
  assessment.status = assessment::Status::limited;
  CHECK(status_line(known, limits, assessment) == "3 charts, 0.1 of 0.5 MB (25 %). The last sweep had 6 errors.");
  known.storage.reset();
  CHECK(status_line(known, limits, assessment) == "The last sweep had 6 errors.");
}
