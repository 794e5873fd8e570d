// Removal without a part of the protocol: rename, lease, RENAME_NOREPLACE or hard links.

#include "support/catch.hpp"
#include "support/file_content.hpp"
#include "support/late_writer.hpp"
#include "support/volume_fixture.hpp"
#include "volume/quarantine_name.hpp"

#include <cerrno>
#include <filesystem>
#include <string>

using reaper::test::Call;
using reaper::test::content_of;
using reaper::test::LateWriter;
using reaper::test::VolumeFixture;
using reaper::test::write;
using reaper::volume::Outcome;
namespace fs = std::filesystem;

namespace {

/// A network volume that renames only by a hard link, like NFS or FUSE.
struct NetworkFixture : VolumeFixture {
  NetworkFixture() {
    become_network_volume();
    system.refuse_rename_flags();
  }

  /// Simulates clients that must keep a file for processes that have it open.
  void hide_open_file_at_first_unlink() {
    system.before(Call::unlink_at, 1,
                  [this] { fs::create_hard_link(at(reaper::volume::quarantine_name("x.png")), at(".hidden")); });
  }

  /// Returns true if this process has a file of that name open, even if it was renamed.
  [[nodiscard]] static bool is_open(const std::string& name) {
    for (const auto& descriptor : fs::directory_iterator("/proc/self/fd")) {
      std::error_code closed;  // the iterator's own descriptor is closed meanwhile
      if (fs::read_symlink(descriptor, closed).string().find(name) != std::string::npos) return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE_METHOD(VolumeFixture, "charts are removed although the volume has no room for a rename") {
  chart("x.png");
  system.fail(Call::rename_at, GENERATE(ENOSPC, EDQUOT));
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(fallbacks.direct == 1);
}

TEST_CASE_METHOD(VolumeFixture, "charts are removed although the volume cannot rename at all") {
  chart("x.png");
  const int refusal = GENERATE(ENOSYS, EOPNOTSUPP);
  system.fail(Call::rename_at, refusal);
  system.fail(Call::link_at, refusal);
  system.fail(Call::take_lease, EINVAL);
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(fallbacks.direct == 1);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(VolumeFixture, "a chart whose name leaves no room for the quarantine name is removed in place") {
  chart(std::string(251, 'n') + ".png");
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(fallbacks.direct == 1);
}

TEST_CASE_METHOD(VolumeFixture, "a chart that cannot be renamed but was rewritten meanwhile stays") {
  chart("x.png");
  system.fail(Call::rename_at, ENOSPC);
  system.before(Call::wait_for_lease_break, 1, [&] {
    write(at(".tmp"), "fresh");
    fs::rename(at(".tmp"), at("x.png"));
  });
  CHECK(remove_only_chart() == Outcome::changed);
  CHECK(content_of(at("x.png")) == "fresh");
}

TEST_CASE_METHOD(VolumeFixture, "without leases, a writer is detected by its writes within the longer grace time") {
  chart("x.png");
  system.fail(Call::take_lease, GENERATE(EACCES, EINVAL));
  SECTION("no program writes") {
    CHECK(remove_only_chart() == Outcome::removed);
    CHECK(fallbacks.without_lease == 1);
  }
  SECTION("a program writes") {
    LateWriter writer(at("x.png"));
    system.before(Call::wait_for_lease_break, 1, [&] {
      writer.begin();
      writer.end();
    });
    CHECK(remove_only_chart() == Outcome::changed);
    CHECK(content_of(at("x.png")) == "fresh");
  }
}

TEST_CASE_METHOD(VolumeFixture,
                 "without leases, a chart that gets another link meanwhile is removed and frees nothing") {
  chart("x.png");
  system.fail(Call::take_lease, EACCES);
  grace.without_lease = std::chrono::milliseconds(1);
  system.before(Call::wait_for_lease_break, 1,
                [&] { fs::create_hard_link(at(reaper::volume::quarantine_name("x.png")), dir.path("kept.png")); });
  const auto results = remove(scan());
  CHECK(results.at(0).outcome == Outcome::removed);
  CHECK(results.at(0).freed_bytes == 0);
}

TEST_CASE_METHOD(VolumeFixture, "a stop during the longer grace time leaves nothing in quarantine") {
  chart("x.png");
  system.fail(Call::take_lease, EACCES);
  grace.without_lease = std::chrono::hours(1);
  system.before(Call::wait_for_lease_break, 1, [&] { stop.request_stop(); });
  CHECK(remove_only_chart() == Outcome::skipped);
  CHECK(has("x.png"));
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "charts are removed and put back without RENAME_NOREPLACE") {
  chart("x.png");
  system.refuse_rename_flags();
  SECTION("removal") { CHECK(remove_only_chart() == Outcome::removed); }
  SECTION("putting back") {
    system.fail(Call::take_lease, EAGAIN, 2);
    CHECK(remove_only_chart() == Outcome::busy);
    CHECK(content_of(at("x.png")) == k_content);
  }
  SECTION("putting back where a new chart has the name") {
    system.fail(Call::take_lease, EAGAIN, 2);
    system.before(Call::take_lease, 2, [&] { write(at("x.png"), "fresh"); });
    remove_only_chart();
    CHECK(content_of(at("x.png")) == "fresh");
  }
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "on a network volume no lease is taken, and none keeps a chart busy") {
  become_network_volume();
  chart("x.png");
  system.fail(Call::take_lease, EAGAIN);
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(system.count(Call::take_lease) == 0);
  CHECK(fallbacks.without_lease == 1);
}

TEST_CASE_METHOD(VolumeFixture, "charts are removed although the volume cannot lock files opened for reading") {
  become_network_volume();
  chart("x.png");
  system.fail(Call::lock, GENERATE(EBADF, ENOLCK));
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(VolumeFixture, "a chart that another program has locked stays on NFS, too") {
  become_network_volume();
  chart("x.png");
  system.fail(Call::lock, EBADF);
  system.fail(Call::test_lock, EWOULDBLOCK);
  CHECK(remove_only_chart() == Outcome::busy);
  CHECK(has("x.png"));
  CHECK(system.count(Call::rename_at) == 0);
}

TEST_CASE_METHOD(VolumeFixture, "a chart that cannot be unlinked gets its own name again without hard links") {
  become_network_volume();
  chart("x.png");
  system.refuse_rename_flags();
  system.fail(Call::unlink_at, EIO);
  CHECK(remove_only_chart() == Outcome::failed);
  CHECK(has("x.png"));
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(NetworkFixture,
                 "a chart frees its bytes although the client keeps the open file under a hidden name") {
  chart("x.png");
  hide_open_file_at_first_unlink();
  const auto results = remove(scan());
  CHECK(results.at(0).outcome == Outcome::removed);
  CHECK(results.at(0).freed_bytes == k_content.size());
}

TEST_CASE_METHOD(NetworkFixture, "a chart that already had another link frees nothing") {
  chart("x.png");
  fs::create_hard_link(at("x.png"), dir.path("kept.png"));
  hide_open_file_at_first_unlink();
  const auto results = remove(scan());
  CHECK(results.at(0).outcome == Outcome::removed);
  CHECK(results.at(0).freed_bytes == 0);
}

TEST_CASE_METHOD(NetworkFixture, "a chart is closed before it is unlinked, because the client would hide an open one") {
  chart("x.png");
  bool was_open = true;
  system.before(Call::unlink_at, 1, [&] { was_open = is_open("x.png"); });
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(system.count(Call::unlink_at) == 1);
  CHECK_FALSE(was_open);
}

TEST_CASE_METHOD(NetworkFixture, "a chart that cannot be unlinked keeps only its own name") {
  chart("x.png");
  system.fail(Call::unlink_at, EACCES, 1);
  CHECK(remove_only_chart() == Outcome::failed);
  CHECK(has("x.png"));
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(NetworkFixture, "a chart that a writer renames in is never lost, whichever call it meets") {
  const bool has_links = GENERATE(true, false);
  const Call call = GENERATE(Call::open_at, Call::stat_at, Call::rename_at, Call::link_at, Call::unlink_at);
  const unsigned nth = GENERATE(1U, 2U, 3U);
  CAPTURE(has_links, static_cast<int>(call), nth);
  chart("x.png");
  write(at("new"), "fresh");
  if (!has_links) system.fail(Call::link_at, EPERM);
  const auto planned = scan();
  bool has_written = false;
  system.before(call, system.count(call) + nth, [&] {
    fs::rename(at("new"), at("x.png"));
    has_written = true;
  });
  remove(planned);
  if (!has_written) return;
  CHECK(content_of(at("x.png")) == "fresh");
  CHECK(scan().leftovers.empty());
}
