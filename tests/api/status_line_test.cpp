#include "api/status_line.hpp"

#include "support/catch.hpp"

using namespace reaper;
using api::status_line;

TEST_CASE("the status tells how full the directory is, or why it cannot be used") {
  const api::GivenLimits limits{24, 0.5, 60, true};
  sweep::Snapshot known;
  CHECK(status_line(known, limits).empty());

  sweep::Storage storage;
  storage.files = 3;
  storage.bytes = 128 * 1024;
  storage.complete = false;
  known.storage = std::make_shared<sweep::Storage>(storage);
  CHECK(status_line(known, limits).empty());

  storage.complete = true;
  known.storage = std::make_shared<sweep::Storage>(storage);
  CHECK(status_line(known, limits) == "3 charts, 0.1 of 0.5 MB (25 %)");

  known.problem = "open '/charts': No such file or directory";
  CHECK(status_line(known, limits) == "open '/charts': No such file or directory");
}
