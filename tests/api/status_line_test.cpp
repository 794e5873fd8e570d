#include "api/status_line.hpp"

#include "support/catch.hpp"

#include <cstdint>

using namespace reaper;
using api::status_line;

TEST_CASE("the status line shows the usage and the worst problem") {
  constexpr std::uint64_t k_limit = 512 * 1024;
  sweep::Snapshot known;
  assessment::Assessment assessment;
  CHECK(status_line(known, k_limit, assessment).empty());

  sweep::Storage storage;
  storage.files = 3;
  storage.bytes = 128 * 1024;
  known.storage = std::make_shared<sweep::Storage>(storage);
  CHECK(status_line(known, k_limit, assessment) == "3 charts, 0.1 of 0.5 MB (25 %)");

  assessment.problems.push_back({.code = assessment::Code::many_errors, .sentence = "The last sweep had 6 errors."});
  CHECK(status_line(known, k_limit, assessment) == "3 charts, 0.1 of 0.5 MB (25 %)");
  assessment.status = assessment::Status::limited;
  CHECK(status_line(known, k_limit, assessment) == "3 charts, 0.1 of 0.5 MB (25 %). The last sweep had 6 errors.");
  known.storage.reset();
  CHECK(status_line(known, k_limit, assessment) == "The last sweep had 6 errors.");
}

TEST_CASE("the status line shows a limit that is a share of the volume without endless digits") {
  sweep::Storage storage;
  storage.bytes = 1024 * 1024;
  sweep::Snapshot known;
  known.storage = std::make_shared<sweep::Storage>(storage);
  CHECK(status_line(known, 1677721, {}) == "0 charts, 1.0 of 1.6 MB (63 %)");
  CHECK(status_line(known, 1000 * 1024 * 1024, {}) == "0 charts, 1.0 of 1000 MB (0 %)");
}
