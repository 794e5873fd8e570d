#include "volume/bucket_removal.hpp"

#include "support/file_content.hpp"
#include "support/volume_fixture.hpp"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>

using namespace reaper::volume;
using reaper::test::Call;
using reaper::test::content_of;
using reaper::test::VolumeFixture;
namespace fs = std::filesystem;

namespace {

struct BucketFixture : VolumeFixture {
  BucketFixture() { become_bucket(); }

  /// Returns true if this process has the chart open.
  [[nodiscard]] bool is_open(const std::string& path) const {
    for (const auto& descriptor : fs::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      if (fs::read_symlink(descriptor.path(), gone) == at(path)) return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE_METHOD(BucketFixture, "a chart of a bucket is opened once, closed, and unlinked at once") {
  chart("x.png");
  const auto charts = scan();
  grace.without_lease = std::chrono::hours(1);
  system.heal();
  bool was_open = true;
  system.before(Call::unlink_at, 1, [&] { was_open = is_open("x.png"); });
  CHECK(remove(charts).front().outcome == Outcome::removed);
  CHECK_FALSE(was_open);
  CHECK_FALSE(has("x.png"));
  CHECK(system.count(Call::open_at) == 1);
  CHECK(system.count(Call::unlink_at) == 1);
  for (const Call call : {Call::rename_at, Call::link_at, Call::take_lease}) CHECK(system.count(call) == 0);
  CHECK(fallbacks.only_compared == 1);
  CHECK(fallbacks.without_lease + fallbacks.direct == 0);
}

TEST_CASE_METHOD(BucketFixture, "a chart is not opened where open(2) may load it or block its writers") {
  become_bucket("fuse.blobfuse2");
  chart("x.png");
  const auto charts = scan();
  system.heal();
  CHECK(remove(charts).front().outcome == Outcome::removed);
  CHECK(system.count(Call::open_at) == 0);
}

TEST_CASE_METHOD(BucketFixture, "a chart of a bucket that was written after the scan stays") {
  const std::string type = GENERATE("fuse.s3fs", "fuse.gcsfuse");
  become_bucket(type);
  chart("x.png");
  const auto charts = scan();
  system.heal();
  system.before(Call::stat_at, 1, [&] { chart("x.png", "fresh"); });
  CHECK(remove(charts).front().outcome == Outcome::changed);
  CHECK(content_of(at("x.png")) == "fresh");
}

TEST_CASE_METHOD(BucketFixture, "nothing runs between the comparison and the unlink in a bucket") {
  chart("x.png");
  const auto charts = scan();
  system.heal();
  unsigned calls = 0;
  bool is_compared = false;
  const auto count = [&] { calls += is_compared ? 1U : 0U; };
  for (const Call call : reaper::test::k_calls)
    if (call != Call::stat_at && call != Call::unlink_at) system.before_each(call, count);
  system.before_each(Call::stat_at, [&] {
    count();
    is_compared = true;
  });
  system.before_each(Call::unlink_at, [&] { is_compared = false; });
  CHECK(remove(charts).front().outcome == Outcome::removed);
  CHECK(calls == 0);
}

TEST_CASE_METHOD(BucketFixture, "a chart of a bucket that another program has locked stays") {
  chart("x.png");
  system.fail(Call::lock, EWOULDBLOCK);
  CHECK(remove_only_chart() == Outcome::busy);
  CHECK(has("x.png"));
}

TEST_CASE_METHOD(BucketFixture, "a chart of a bucket whose inode number has changed is still the same") {
  chart("x.png");
  const auto charts = scan();
  system.change_state([](struct statx& file) { ++file.stx_ino; });
  CHECK(remove(charts).front().outcome == Outcome::removed);
}

TEST_CASE_METHOD(BucketFixture, "a chart without links was replaced, although the mount reports its old state") {
  become_bucket("fuse.gcsfuse");
  chart("x.png");
  const auto charts = scan();
  system.change_state([](struct statx& file) { file.stx_nlink = 0; });
  CHECK(remove(charts).front().outcome == Outcome::changed);
  CHECK(has("x.png"));
}

TEST_CASE_METHOD(BucketFixture, "a chart of a bucket that cannot be unlinked keeps its name") {
  chart("x.png");
  system.fail(Call::unlink_at, EPERM);
  CHECK(remove_only_chart() == Outcome::failed);
  CHECK(has("x.png"));
  CHECK(scan().leftovers.empty());
  CHECK(failures.total() == 1);
}
