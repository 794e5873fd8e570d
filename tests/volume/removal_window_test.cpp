#include "volume/removal_window.hpp"

#include "support/catch.hpp"
#include "support/file_content.hpp"
#include "support/late_writer.hpp"
#include "support/volume_fixture.hpp"
#include "volume/quarantine_name.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

using reaper::base::FileDescriptor;
using reaper::test::Call;
using reaper::test::content_of;
using reaper::test::LateWriter;
using reaper::test::VolumeFixture;
using reaper::test::write;
using reaper::volume::k_window_charts;
using reaper::volume::Outcome;
using reaper::volume::RemovalWindow;
namespace fs = std::filesystem;

namespace {

const reaper::base::FileTime k_earlier{std::chrono::hours(1)};

}  // namespace

TEST_CASE_METHOD(VolumeFixture, "a removed chart no longer exists and its bytes are free") {
  chart("A_1d/x.png");
  const auto results = remove(scan());
  CHECK(results.at(0).outcome == Outcome::removed);
  CHECK(results.at(0).freed_bytes == k_content.size());
  CHECK(fs::is_empty(at("A_1d")));
  CHECK(progress.charts_removed == 1);
  CHECK(progress.bytes_freed == k_content.size());
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(VolumeFixture, "five thousand charts are each removed once") {
  for (int i = 0; i < 5000; ++i) chart("S" + std::to_string(i % 7) + "_1d/" + std::to_string(i) + ".png");
  remove(scan());
  CHECK(scan().charts().empty());
  CHECK(scan().leftovers.empty());
  CHECK(progress.charts_removed == 5000);
}

TEST_CASE_METHOD(VolumeFixture,
                 "a chart with a second link is removed but frees nothing, and the other name keeps its content") {
  dir.write_file("outside.png", "precious");
  fs::create_hard_link(dir.path("outside.png"), at("x.png"));
  const auto results = remove(scan());
  CHECK(results.at(0).outcome == Outcome::removed);
  CHECK(results.at(0).freed_bytes == 0);
  CHECK(content_of(dir.path("outside.png").string()) == "precious");
}

TEST_CASE_METHOD(VolumeFixture, "a chart that is open for writing stays") {
  chart("x.png");
  const auto seen = scan();
  const FileDescriptor writer(::open(at("x.png").c_str(), O_WRONLY));
  CHECK(remove(seen).at(0).outcome == Outcome::busy);
  CHECK(has("x.png"));
}

TEST_CASE_METHOD(VolumeFixture, "a chart that is mapped for writing stays, although its descriptor is closed") {
  chart("x.png");
  const auto seen = scan();
  void* mapped = MAP_FAILED;
  {
    const FileDescriptor writer(::open(at("x.png").c_str(), O_RDWR));
    mapped = ::mmap(nullptr, 10, PROT_WRITE, MAP_SHARED, writer.get(), 0);
  }
  REQUIRE(mapped != MAP_FAILED);
  CHECK(remove(seen).at(0).outcome == Outcome::busy);
  ::munmap(mapped, 10);
  CHECK(has("x.png"));
}

TEST_CASE_METHOD(VolumeFixture, "a chart under a flock stays") {
  chart("x.png");
  const FileDescriptor reader(::open(at("x.png").c_str(), O_RDONLY));
  REQUIRE(::flock(reader.get(), GENERATE(LOCK_SH, LOCK_EX)) == 0);
  CHECK(remove_only_chart() == Outcome::busy);
  CHECK(has("x.png"));
}

TEST_CASE_METHOD(VolumeFixture, "a chart rewritten after it was judged stays") {
  chart("x.png");
  const auto seen = scan();
  SECTION("in place") { write(at("x.png"), "fresh"); }
  SECTION("in place with the old size and time, so that only the change time differs") {
    write(at("x.png"), k_content);
    dir.set_modified("charts/x.png", seen.charts().front().modified());
  }
  SECTION("by rename") {
    write(at(".tmp"), "fresh");
    fs::rename(at(".tmp"), at("x.png"));
  }
  CHECK(remove(seen).at(0).outcome == Outcome::changed);
  CHECK(has("x.png"));
}

TEST_CASE_METHOD(VolumeFixture, "a fresh chart renamed over the old one at the worst moment is put back at once") {
  chart("x.png");
  system.before(Call::rename_at, 1, [&] {
    write(at(".tmp"), "fresh");
    fs::rename(at(".tmp"), at("x.png"));
  });
  CHECK(remove_only_chart() == Outcome::changed);
  CHECK(content_of(at("x.png")) == "fresh");
  CHECK(scan().leftovers.empty());
  // It is put back without waiting for the grace time, so that readers do not miss it.
  CHECK(system.count(Call::wait_for_lease_break) == 0);
}

TEST_CASE_METHOD(VolumeFixture,
                 "a chart written while the old one is in quarantine stays, and the old one is removed") {
  chart("x.png");
  system.before(Call::wait_for_lease_break, 1, [&] { write(at("x.png"), "fresh"); });
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(content_of(at("x.png")) == "fresh");
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "a chart that is touched in quarantine is put back") {
  chart("x.png");
  const std::string quarantined = reaper::volume::quarantine_name("x.png");
  system.before(Call::wait_for_lease_break, 1, [&] { dir.set_modified("charts/" + quarantined, k_earlier); });
  CHECK(remove_only_chart() == Outcome::changed);
  CHECK(content_of(at("x.png")) == k_content);
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "a file that replaced a quarantined chart is not removed") {
  chart("x.png");
  write(at("other"), "precious");
  system.before(Call::wait_for_lease_break, 1,
                [&] { fs::rename(at("other"), at(reaper::volume::quarantine_name("x.png"))); });
  CHECK(remove_only_chart() == Outcome::changed);
  CHECK(content_of(at("x.png")) == "precious");
}

TEST_CASE_METHOD(VolumeFixture, "a writer that arrives within the grace time gets the chart back at once") {
  chart("x.png");
  LateWriter writer(at("x.png"));
  grace.with_lease = std::chrono::hours(1);
  system.before(Call::wait_for_lease_break, 1, [&] { writer.begin(); });
  const Outcome outcome = remove_only_chart();
  writer.end();
  CHECK(outcome == Outcome::busy);
  CHECK(content_of(at("x.png")) == "fresh");
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "a writer inside open(2) at the last moment gets the chart back") {
  chart("x.png");
  LateWriter writer(at("x.png"));
  reaper::volume::System real;
  // The second lease of the protocol is the last chance to detect this writer.
  system.before(Call::take_lease, 2, [&] {
    writer.begin();
    REQUIRE(real.wait_for_lease_break(std::chrono::seconds(20)) == 1);
  });
  const Outcome outcome = remove_only_chart();
  writer.end();
  CHECK(outcome == Outcome::busy);
  CHECK(content_of(at("x.png")) == "fresh");
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "leases are checked between charts that are all due at once") {
  constexpr unsigned k_charts = 64;
  for (unsigned i = 0; i < k_charts; ++i) chart(std::to_string(i) + ".png");
  grace.with_lease = std::chrono::milliseconds(100);
  std::map<unsigned, unsigned> unlinked;  // by the number of checks before
  for (unsigned i = 1; i <= k_charts; ++i)
    system.before(Call::unlink_at, i, [&] { ++unlinked[system.count(Call::wait_for_lease_break)]; });
  remove(scan());
  for (const auto& [looks, charts] : unlinked) CHECK(charts <= 8);
}

TEST_CASE_METHOD(VolumeFixture, "one broken lease does not keep the other quarantined charts") {
  chart("a.png");
  chart("b.png");
  chart("c.png");
  LateWriter writer(at("b.png"));
  system.wait_long(true);
  // Once the writer has the file, the rest of the grace time passes without another break.
  system.before(Call::wait_for_lease_break, 1, [&] { writer.begin(); });
  system.before(Call::wait_for_lease_break, 2, [&] { system.wait_long(false); });
  remove(scan());
  writer.end();
  CHECK(paths(scan()) == std::vector<std::string>{"b.png"});
}

TEST_CASE_METHOD(VolumeFixture, "a chart that another program removes first is no error") {
  chart("A_1d/x.png");
  const auto seen = scan();
  SECTION("the chart, before it is opened") { fs::remove(at("A_1d/x.png")); }
  SECTION("its directory") { fs::remove_all(at("A_1d")); }
  SECTION("the chart, before it is renamed") {
    system.before(Call::rename_at, 1, [&] { fs::remove(at("A_1d/x.png")); });
  }
  SECTION("the quarantined chart, before it is unlinked") {
    system.before(Call::unlink_at, 1, [&] { fs::remove(at("A_1d/.chart-reaper~x.png~")); });
  }
  CHECK(remove(seen).at(0).outcome == Outcome::gone);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(VolumeFixture, "anything else under a chart's name is left alone") {
  chart("A_1d/x.png");
  dir.write_file("precious.png", "precious");
  const auto seen = scan();
  fs::remove(at("A_1d/x.png"));
  SECTION("a symbolic link") { fs::create_symlink(dir.path("precious.png"), at("A_1d/x.png")); }
  SECTION("a pipe without a reader") { REQUIRE(::mkfifo(at("A_1d/x.png").c_str(), 0600) == 0); }
  SECTION("a directory") { fs::create_directory(at("A_1d/x.png")); }
  SECTION("the directory is now a symbolic link") {
    fs::remove_all(at("A_1d"));
    dir.write_file("outside/x.png", "precious");
    fs::create_directory_symlink(dir.path("outside"), at("A_1d"));
  }
  CHECK(remove(seen).at(0).outcome == Outcome::changed);
  CHECK(has("A_1d/x.png"));
  CHECK(content_of(dir.path("precious.png").string()) == "precious");
}

TEST_CASE_METHOD(VolumeFixture, "a full window has room again once charts have finished") {
  for (std::size_t i = 0; i <= k_window_charts; ++i) chart(std::to_string(i) + ".png");
  const auto charts = scan().charts();
  // Charts without a lease wait until the grace time ends or a stop is requested.
  system.fail(Call::take_lease, EACCES);
  grace.without_lease = std::chrono::hours(1);
  RemovalWindow window(root, removal_options());
  for (std::size_t i = 0; i < k_window_charts; ++i) {
    REQUIRE(window.has_room());
    window.add(charts[i], i);
  }
  CHECK_FALSE(window.has_room());
  CHECK(window.take_finished().empty());
  stop.request_stop();
  window.wait();
  CHECK(window.has_room());
  CHECK(window.is_empty());
  CHECK(window.take_finished().size() == k_window_charts);
  for (const auto& snapshot : charts) CHECK(fs::exists(at(snapshot.name)));
}

TEST_CASE_METHOD(VolumeFixture, "a writer does not wait until the result of its chart is taken") {
  chart("x.png");
  const auto charts = scan().charts();
  LateWriter writer(at("x.png"));
  grace.with_lease = std::chrono::hours(1);
  system.before(Call::wait_for_lease_break, 1, [&] { writer.begin(); });
  RemovalWindow window(root, removal_options());
  window.add(charts.front(), 7);
  while (!window.is_empty()) window.wait();
  writer.end();
  const auto finished = window.take_finished();
  REQUIRE(finished.size() == 1);
  CHECK(finished.front().chart == &charts.front());
  CHECK(finished.front().number == 7);
  CHECK(finished.front().result.outcome == Outcome::busy);
  CHECK(window.take_finished().empty());
}
