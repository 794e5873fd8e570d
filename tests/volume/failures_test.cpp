#include "volume/failures.hpp"

#include "support/catch.hpp"

#include <cerrno>

using reaper::base::errno_error;
using reaper::volume::Failures;

TEST_CASE("every failure is counted, and the first of its kind in a directory is kept as text") {
  Failures failures;
  for (int i = 0; i < 1000; ++i) failures.add(errno_error(EIO, "unlinkat", "A_1d/x.png"), "A_1d");
  failures.add(errno_error(EIO, "unlinkat", "B_1d/x.png"), "B_1d");
  failures.add(errno_error(EIO, "openat", "A_1d/x.png"), "A_1d");
  CHECK(failures.total() == 1002);
  CHECK(failures.kept().size() == 3);
  CHECK(failures.by_operation().at("unlinkat") == 1001);
}

TEST_CASE("failures in ever new directories use limited memory") {
  Failures failures;
  for (int i = 0; i < 100'000; ++i) failures.add(errno_error(EIO, "openat2"), std::to_string(i));
  CHECK(failures.total() == 100'000);
  CHECK(failures.kept().size() == Failures::k_max_kept);
}
