#include "volume/remover.hpp"

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
#include <filesystem>
#include <map>
#include <string>

using reaper::base::FileDescriptor;
using reaper::test::Call;
using reaper::test::content_of;
using reaper::test::LateWriter;
using reaper::test::VolumeFixture;
using reaper::test::write;
using reaper::volume::Outcome;
namespace fs = std::filesystem;

namespace {

const reaper::base::FileTime k_earlier{std::chrono::hours(1)};
const reaper::base::FileTime k_whenever{std::chrono::nanoseconds(INT64_MAX)};

}  // namespace

TEST_CASE_METHOD(VolumeFixture, "a removed chart is gone and its bytes are free") {
  chart("A_1d/x.png");
  const auto conclusions = remove(scan());
  CHECK(conclusions.at(0).outcome == Outcome::removed);
  CHECK(conclusions.at(0).freed_bytes == k_content.size());
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
                 "a chart with a second link goes but frees nothing, and the other name keeps its content") {
  dir.write_file("outside.png", "precious");
  fs::create_hard_link(dir.path("outside.png"), at("x.png"));
  const auto conclusions = remove(scan());
  CHECK(conclusions.at(0).outcome == Outcome::removed);
  CHECK(conclusions.at(0).freed_bytes == 0);
  CHECK(content_of(dir.path("outside.png").string()) == "precious");
}

TEST_CASE_METHOD(VolumeFixture, "a chart that is open for writing stays") {
  chart("x.png");
  const auto seen = scan();
  const FileDescriptor writer(::open(at("x.png").c_str(), O_WRONLY));
  CHECK(remove(seen).at(0).outcome == Outcome::busy);
  CHECK(has("x.png"));
}

TEST_CASE_METHOD(VolumeFixture, "a chart that is mapped for writing stays, though its descriptor is closed") {
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
  SECTION("in place with the old size and time, which only the change time tells") {
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
  // Readers do not miss it for a grace time.
  CHECK(system.count(Call::wait_for_lease_break) == 0);
}

TEST_CASE_METHOD(VolumeFixture, "a chart written while the old one is in quarantine stays, and the old one goes") {
  chart("x.png");
  system.before(Call::wait_for_lease_break, 1, [&] { write(at("x.png"), "fresh"); });
  CHECK(remove_only_chart() == Outcome::removed);
  CHECK(content_of(at("x.png")) == "fresh");
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "a chart that is touched while it is in quarantine is put back") {
  chart("x.png");
  const std::string aside = reaper::volume::quarantine_name("x.png");
  system.before(Call::wait_for_lease_break, 1, [&] { dir.set_modified("charts/" + aside, k_earlier); });
  CHECK(remove_only_chart() == Outcome::changed);
  CHECK(content_of(at("x.png")) == k_content);
  CHECK(scan().leftovers.empty());
}

TEST_CASE_METHOD(VolumeFixture, "what has taken the place of a chart that is in quarantine is not removed") {
  chart("x.png");
  write(at("other"), "precious");
  system.before(Call::wait_for_lease_break, 1,
                [&] { fs::rename(at("other"), at(reaper::volume::quarantine_name("x.png"))); });
  CHECK(remove_only_chart() == Outcome::changed);
  CHECK(content_of(at("x.png")) == "precious");
}

TEST_CASE_METHOD(VolumeFixture,
                 "a writer that comes within the grace time gets the chart back, and does not wait for its end") {
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

TEST_CASE_METHOD(VolumeFixture, "a writer that is inside open at the last moment gets the chart back") {
  chart("x.png");
  LateWriter writer(at("x.png"));
  reaper::volume::System real;
  // The second lease of the protocol is the last thing that can tell of this writer.
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

TEST_CASE_METHOD(VolumeFixture, "writers are looked for between charts that may all go at once") {
  constexpr unsigned k_charts = 64;
  for (unsigned i = 0; i < k_charts; ++i) chart(std::to_string(i) + ".png");
  grace.with_lease = std::chrono::milliseconds(100);
  std::map<unsigned, unsigned> unlinked;  // by the number of looks before
  for (unsigned i = 1; i <= k_charts; ++i)
    system.before(Call::unlink_at, i, [&] { ++unlinked[system.count(Call::wait_for_lease_break)]; });
  remove(scan());
  for (const auto& [looks, charts] : unlinked) CHECK(charts <= 8);
}

TEST_CASE_METHOD(VolumeFixture, "one broken lease does not keep the others that are in quarantine") {
  chart("a.png");
  chart("b.png");
  chart("c.png");
  LateWriter writer(at("b.png"));
  system.wait_long(true);
  // Once the writer is in, the rest of the grace time is waited for in vain.
  system.before(Call::wait_for_lease_break, 1, [&] { writer.begin(); });
  system.before(Call::wait_for_lease_break, 2, [&] { system.wait_long(false); });
  remove(scan());
  writer.end();
  CHECK(paths(scan()) == std::vector<std::string>{"b.png"});
}

TEST_CASE_METHOD(VolumeFixture, "a chart that may no longer go stays") {
  chart("x.png");
  still_removable = [](std::size_t) { return false; };
  CHECK(remove_only_chart() == Outcome::changed);
  CHECK(has("x.png"));
}

TEST_CASE_METHOD(VolumeFixture, "what somebody else removes first is no error") {
  chart("A_1d/x.png");
  const auto seen = scan();
  SECTION("the chart, before it is opened") { fs::remove(at("A_1d/x.png")); }
  SECTION("its directory") { fs::remove_all(at("A_1d")); }
  SECTION("the chart, before it is renamed") {
    system.before(Call::rename_at, 1, [&] { fs::remove(at("A_1d/x.png")); });
  }
  SECTION("the chart quarantined, before it is unlinked") {
    system.before(Call::unlink_at, 1, [&] { fs::remove(at("A_1d/.chart-reaper~x.png~")); });
  }
  CHECK(remove(seen).at(0).outcome == Outcome::gone);
  CHECK(failures.total() == 0);
}

TEST_CASE_METHOD(VolumeFixture, "what has taken a chart's name is left alone") {
  chart("A_1d/x.png");
  dir.write_file("precious.png", "precious");
  const auto seen = scan();
  fs::remove(at("A_1d/x.png"));
  SECTION("a link") { fs::create_symlink(dir.path("precious.png"), at("A_1d/x.png")); }
  SECTION("a pipe without a reader") { REQUIRE(::mkfifo(at("A_1d/x.png").c_str(), 0600) == 0); }
  SECTION("a directory") { fs::create_directory(at("A_1d/x.png")); }
  SECTION("the directory is a link now") {
    fs::remove_all(at("A_1d"));
    dir.write_file("outside/x.png", "precious");
    fs::create_directory_symlink(dir.path("outside"), at("A_1d"));
  }
  CHECK(remove(seen).at(0).outcome == Outcome::changed);
  CHECK(has("A_1d/x.png"));
  CHECK(content_of(dir.path("precious.png").string()) == "precious");
}

TEST_CASE_METHOD(VolumeFixture, "nothing is removed once the root is another one") {
  chart("x.png");
  const auto seen = scan();
  fs::rename(dir.path("charts"), dir.path("old"));
  dir.make_dir("charts");
  CHECK(remove(seen).at(0).outcome == Outcome::skipped);
  CHECK(dir.has("old/x.png"));
}

TEST_CASE_METHOD(VolumeFixture, "a directory that fails again and again is left for this sweep") {
  for (int i = 0; i < 600; ++i) chart("A_1d/" + std::to_string(i) + ".png");
  system.fail(Call::unlink_at, EIO);
  remove(scan());
  CHECK(failures.total() < 600);
  CHECK(scan().charts().size() == 600);
}

TEST_CASE_METHOD(VolumeFixture, "with a brake charts go no faster than it allows") {
  for (int i = 0; i < 11; ++i) chart(std::to_string(i) + ".png");
  const auto seen = scan();
  most_per_second = 100;
  const auto began = std::chrono::steady_clock::now();
  remove(seen);
  CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(100));
  CHECK(scan().charts().empty());
}

TEST_CASE_METHOD(VolumeFixture, "a stop does not wait for the brake") {
  for (int i = 0; i < 3; ++i) chart(std::to_string(i) + ".png");
  const auto seen = scan();
  most_per_second = 0.001;
  system.before(Call::unlink_at, 1, [&] { stop.request_stop(); });
  remove(seen);
  CHECK(scan().leftovers.empty());
  CHECK(has("2.png"));
}

TEST_CASE_METHOD(VolumeFixture, "charts that come up while others are in quarantine do not wait for those") {
  chart("a.png");
  chart("b.png");
  const auto all = scan().charts();
  std::vector<std::size_t> concluded;
  system.before(Call::rename_at, 2, [&] { CHECK(concluded.empty()); });
  reaper::volume::remove(root, {&all.at(0)},
                         {.more =
                              [&](reaper::volume::Charts& charts) {
                                if (charts.size() < all.size()) charts.push_back(&all.at(charts.size()));
                              },
                          .still_removable = still_removable,
                          .on_concluded = [&](std::size_t position, const auto&) { concluded.push_back(position); },
                          .failures = failures,
                          .fallbacks = fallbacks,
                          .progress = progress,
                          .stop = stop.get_token()});
  CHECK(concluded == std::vector<std::size_t>{0, 1});
  CHECK(progress.charts_removed == 2);
}

TEST_CASE_METHOD(VolumeFixture, "others get their turn between charts") {
  for (int i = 0; i < 600; ++i) chart(std::to_string(i) + ".png");
  unsigned turns = 0;
  between = [&] { ++turns; };
  remove(scan());
  CHECK(turns == 3);
}

TEST_CASE_METHOD(VolumeFixture, "a directory in which something was made or removed lately stays") {
  dir.make_dir("charts/A_1d");
  dir.set_modified("charts/A_1d", reaper::base::FileTime(std::chrono::hours(1000)));
  CHECK(remove_directory(root, "A_1d", reaper::base::FileTime(std::chrono::hours(999)), failures) == Outcome::changed);
  CHECK(remove_directory(root, "A_1d", reaper::base::FileTime(std::chrono::hours(1000)), failures) == Outcome::removed);
}

TEST_CASE_METHOD(VolumeFixture, "only an empty directory is removed") {
  dir.make_dir("charts/A_1d");
  chart("B_1d/x.png");
  fs::create_directory_symlink(at("A_1d"), at("C_1d"));
  CHECK(remove_directory(root, "A_1d", k_whenever, failures) == Outcome::removed);
  CHECK(remove_directory(root, "A_1d", k_whenever, failures) == Outcome::gone);
  CHECK(remove_directory(root, "B_1d", k_whenever, failures) == Outcome::changed);
  CHECK(remove_directory(root, "C_1d", k_whenever, failures) == Outcome::changed);
  CHECK(remove_directory(root, "nowhere/A_1d", k_whenever, failures) == Outcome::gone);
  CHECK(failures.total() == 0);
  system.fail(Call::unlink_at, EACCES);
  CHECK(remove_directory(root, "B_1d", k_whenever, failures) == Outcome::failed);
  CHECK(failures.total() == 1);
}
