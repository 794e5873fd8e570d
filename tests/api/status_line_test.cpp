#include "api/status_line.hpp"

#include "support/catch.hpp"

#include "api/fakes.hpp"

using namespace reaper;
using api::status_line;

TEST_CASE("the status tells how full the directory is, or why it cannot be used") {
  const api::GivenLimits limits{24, 0.5, 60, true};
  test::FakeSweeps sweeps;
  CHECK(status_line(sweeps, limits).empty());

  sweep::Storage storage;
  storage.files = 3;
  storage.bytes = 128 * 1024;
  storage.complete = false;
  sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
  CHECK(status_line(sweeps, limits).empty());

  storage.complete = true;
  sweeps.on_volume = std::make_shared<sweep::Storage>(storage);
  CHECK(status_line(sweeps, limits) == "3 charts, 0.1 of 0.5 MB (25 %)");

  sweeps.trouble = "open '/charts': No such file or directory";
  CHECK(status_line(sweeps, limits) == "open '/charts': No such file or directory");
}
