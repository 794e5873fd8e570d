#include "volume/system_limits.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <optional>

using reaper::test::TempDir;
using reaper::volume::SystemLimitsReader;

TEST_CASE("the user's watches are read again, and the smaller of two limits counts") {
  const TempDir proc;
  CHECK(SystemLimitsReader(proc.path().string()).read().same_as({}));
  proc.write_file("sys/fs/inotify/max_user_watches", "8192\n");
  const SystemLimitsReader limits(proc.path().string());
  CHECK(limits.read().user_watches == 8192);
  proc.write_file("sys/fs/inotify/max_user_watches", "16384\n");
  CHECK(limits.read().user_watches == 16384);
  // A rootless container has its own limit.
  proc.write_file("sys/user/max_inotify_watches", "100\n");
  CHECK(SystemLimitsReader(proc.path().string()).read().user_watches == 100);
}
