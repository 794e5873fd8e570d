// Removal where a part of the protocol is not to be had: rename, lease, RENAME_NOREPLACE, hard links.

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

/// A volume that others write to over the network, and that renames by a second name only: NFS, FUSE.
struct NetworkFixture : VolumeFixture {
  NetworkFixture() {
    become_network_volume();
    system.fail(Call::rename_at, EINVAL);
  }

  /// As clients do that must keep a file for those who have it open.
  void hide_open_file_at_first_unlink() {
    system.before(Call::unlink_at, 1, [this] { fs::create_hard_link(at("x.png"), at(".hidden")); });
  }

  /// Whether this process has a file of that name open, under whatever name it has now.
  [[nodiscard]] static bool is_open(const std::string& name) {
    for (const auto& descriptor : fs::directory_iterator("/proc/self/fd")) {
      std::error_code closed;  // the iterator's own
      if (fs::read_symlink(descriptor, closed).string().find(name) != std::string::npos) return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE_METHOD(VolumeFixture, "a volume that has no room for a rename is emptied all the same") {
  chart("x.png");
  system.fail(Call::rename_at, GENERATE(ENOSPC, EDQUOT));
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(fallbacks.direct == 1);
}

TEST_CASE_METHOD(VolumeFixture, "a volume that cannot rename at all is emptied all the same") {
  chart("x.png");
  const int refusal = GENERATE(ENOSYS, EOPNOTSUPP);
  system.fail(Call::rename_at, refusal);
  system.fail(Call::link_at, refusal);
  system.fail(Call::take_lease, EINVAL);
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(fallbacks.direct == 1);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(VolumeFixture, "a name that leaves no room for a longer one is removed in place") {
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

TEST_CASE_METHOD(VolumeFixture, "without leases a writer is seen by what it has written in the longer grace time") {
  chart("x.png");
  system.fail(Call::take_lease, GENERATE(EACCES, EINVAL));
  SECTION("nobody writes") {
    CHECK(remove_only_chart() == Outcome::removed);
    CHECK(fallbacks.without_lease == 1);
  }
  SECTION("somebody does") {
    LateWriter writer(at("x.png"));
    system.before(Call::wait_for_lease_break, 1, [&] {
      writer.begin();
      writer.end();
    });
    CHECK(remove_only_chart() == Outcome::changed);
    CHECK(content_of(at("x.png")) == "fresh");
  }
}

TEST_CASE_METHOD(VolumeFixture, "without leases a chart that gets another link meanwhile goes, and frees nothing") {
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

TEST_CASE_METHOD(VolumeFixture, "without RENAME_NOREPLACE a hard link does the same") {
  chart("x.png");
  system.fail(Call::rename_at, EINVAL);
  SECTION("removal") { CHECK(remove_only_chart() == Outcome::removed); }
  SECTION("giving back") {
    system.fail(Call::take_lease, EAGAIN, 2);
    CHECK(remove_only_chart() == Outcome::busy);
    CHECK(content_of(at("x.png")) == k_content);
  }
  SECTION("giving back where a new chart stands") {
    system.fail(Call::take_lease, EAGAIN, 2);
    system.before(Call::take_lease, 2, [&] { write(at("x.png"), "fresh"); });
    remove_only_chart();
    CHECK(content_of(at("x.png")) == "fresh");
  }
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "off local disks no lease is taken, and none keeps a chart busy") {
  become_network_volume();
  chart("x.png");
  system.fail(Call::take_lease, EAGAIN);
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(system.count(Call::take_lease) == 0);
  CHECK(fallbacks.without_lease == 1);
}

TEST_CASE_METHOD(VolumeFixture, "a volume that cannot lock what is open for reading is emptied all the same") {
  become_network_volume();
  chart("x.png");
  system.fail(Call::lock, GENERATE(EBADF, ENOLCK));
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(NetworkFixture, "a chart frees its bytes though the client keeps the open file under a hidden name") {
  chart("x.png");
  hide_open_file_at_first_unlink();
  const auto results = remove(scan());
  CHECK(results.at(0).outcome == Outcome::removed);
  CHECK(results.at(0).freed_bytes == k_content.size());
}

TEST_CASE_METHOD(NetworkFixture, "a chart that had another link before frees nothing") {
  chart("x.png");
  fs::create_hard_link(at("x.png"), dir.path("kept.png"));
  hide_open_file_at_first_unlink();
  const auto results = remove(scan());
  CHECK(results.at(0).outcome == Outcome::removed);
  CHECK(results.at(0).freed_bytes == 0);
}

TEST_CASE_METHOD(NetworkFixture, "a chart is closed before it is unlinked, or the client would only hide it") {
  chart("x.png");
  bool was_open = true;
  // The first one takes the chart's own name away.
  system.before(Call::unlink_at, 2, [&] { was_open = is_open("x.png"); });
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(system.count(Call::unlink_at) == 2);
  CHECK_FALSE(was_open);
}

TEST_CASE_METHOD(NetworkFixture, "a chart whose own name cannot be taken away is left with that name alone") {
  chart("x.png");
  system.fail(Call::unlink_at, EACCES, 1);
  CHECK(remove_only_chart() == Outcome::failed);
  CHECK(has("x.png"));
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "without hard links either, it is looked first and then renamed") {
  chart("x.png");
  system.fail(Call::link_at, EPERM);
  // Every rename with a flag fails, as on FUSE; the plain one goes through.
  for (const unsigned nth : {1U, 3U}) system.fail(Call::rename_at, EINVAL, nth);
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(fallbacks.without_noreplace == 1);
}
