#include "volume/scan_batch.hpp"

#include "support/catch.hpp"
#include "support/volume_fixture.hpp"
#include "volume/scan.hpp"

#include <set>
#include <string>

using reaper::test::Call;
using reaper::test::VolumeFixture;
using reaper::volume::Scan;
using reaper::volume::ScanBatch;
using Ending = ScanBatch::Ending;

namespace {

struct BatchFixture : VolumeFixture {
  [[nodiscard]] Scan scan_root() { return Scan(root, "", {patterns, progress, failures, stop.get_token()}); }
};

}  // namespace

TEST_CASE_METHOD(BatchFixture, "a batch has the direct entries of a directory") {
  for (const char* path : {"x.png", "y.png", "notes.txt", ".chart-reaper~z.png~", "A_1d/x.png"}) chart(path);
  Scan scan = scan_root();
  ScanBatch batch;
  REQUIRE(scan.next_directory());
  REQUIRE(scan.open() == Scan::Opening::opened);
  REQUIRE(scan.read(batch));
  CHECK(batch.ending() == Ending::complete);
  CHECK(batch.subdirectories() == 1);
  CHECK(batch.others() == 2);
  CHECK(batch.leftovers() == std::vector<std::string>{".chart-reaper~z.png~"});
  REQUIRE(batch.charts().size() == 2);
  const std::set<std::string> names{std::string(batch.charts()[0].name), std::string(batch.charts()[1].name)};
  CHECK(names == std::set<std::string>{"x.png", "y.png"});
  CHECK(batch.charts()[0].state.counted_bytes == k_content.size());
  CHECK_FALSE(scan.read(batch));
  REQUIRE(scan.next_directory());
  CHECK(scan.depth() == 1);
  CHECK(scan.name() == "A_1d");
  CHECK(scan.path() == "A_1d");
  CHECK(scan.pending() == 0);
  // It is not opened, so the scan skips it.
  CHECK_FALSE(scan.next_directory());
}

TEST_CASE_METHOD(BatchFixture, "a huge directory is split into several batches, and each chart is in one of them") {
  constexpr std::size_t k_charts = reaper::volume::k_chunk_charts + 3000;
  for (std::size_t i = 0; i < k_charts; ++i) chart(std::to_string(i) + ".png", "");
  Scan scan = scan_root();
  ScanBatch batch;
  REQUIRE(scan.next_directory());
  REQUIRE(scan.open() == Scan::Opening::opened);
  std::set<std::string> names;
  std::size_t charts = 0;
  std::vector<Ending> endings;
  while (scan.read(batch)) {
    endings.push_back(batch.ending());
    charts += batch.charts().size();
    for (const ScanBatch::Chart& chart : batch.charts()) names.emplace(chart.name);
  }
  CHECK(endings == std::vector{Ending::more, Ending::complete});
  CHECK(charts == k_charts);
  CHECK(names.size() == k_charts);
  CHECK(progress.charts_seen == k_charts);
}

TEST_CASE_METHOD(BatchFixture, "a batch says how the read of its directory ended") {
  chart("A_1d/x.png");
  Scan scan(root, "A_1d", {patterns, progress, failures, stop.get_token()});
  ScanBatch batch;
  REQUIRE(scan.next_directory());
  Ending expected = Ending::failed;
  SECTION("the directory could not be read to the end") { system.fail(Call::read_entries, EIO, 2); }
  SECTION("the directory was removed meanwhile") { system.fail(Call::read_entries, ENOENT, 2); }
  SECTION("a chart could not be checked") { system.fail(Call::stat_at, EIO); }
  SECTION("the scan was asked to stop") {
    system.before(Call::stat_at, 1, [&] { stop.request_stop(); });
    expected = Ending::stopped;
  }
  REQUIRE(scan.open() == Scan::Opening::opened);
  REQUIRE(scan.read(batch));
  CHECK(batch.is_last());
  CHECK(batch.ending() == expected);
  CHECK(scan.result().stopped == (expected == Ending::stopped));
}
