#include "live/catalog_scan.hpp"

#include "live/live_catalog_fixture.hpp"

#include <filesystem>
#include <string>

using reaper::live::CatalogScan;
using reaper::live::ScanKind;
using reaper::live::Watching;
using reaper::test::Call;
using reaper::test::LiveCatalogFixture;
using reaper::volume::ScanBatch;
using reaper::volume::ScanResult;
namespace charts = reaper::charts;
namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

namespace {

struct CatalogScanFixture : LiveCatalogFixture {
  CatalogScanFixture() {
    for (const char* path : {"A_1d/old.png", "A_1d/x.png", "B_1d/old.png"}) chart(path);
  }

  /// Scans, and leaves out the charts of this name.
  ScanResult scan_without(const std::string& name) {
    CatalogScan scan(*live, charts::k_root, {patterns, failures, stop.get_token()}, ScanKind::sweep);
    while (const ScanBatch* const batch = scan.next()) {
      for (const ScanBatch::Chart& chart : batch->charts())
        chart.name == name ? scan.leave_out(chart) : scan.learn(chart);
      if (scan.end_batch()) read.push_back(live->catalog().path(scan.directory()));
    }
    return scan.finish();
  }
  [[nodiscard]] Paths paths() const {
    Paths all;
    live->catalog().visit_oldest_first([&](charts::ChartIndex chart) {
      all.push_back(live->catalog().path(live->catalog().chart(chart)));
      return true;
    });
    std::sort(all.begin(), all.end());
    return all;
  }

  Paths read;  // the directories that the scan read
};

}  // namespace

TEST_CASE_METHOD(CatalogScanFixture, "after a scan the catalog has all charts except those left out") {
  if (GENERATE(false, true)) scan();
  CHECK_FALSE(scan_without("old.png").stopped);
  CHECK(paths() == Paths{"A_1d/x.png"});
  std::sort(read.begin(), read.end());
  CHECK(read == Paths{"", "A_1d", "B_1d"});
  CHECK(live->drift() == 0);
}

TEST_CASE_METHOD(CatalogScanFixture, "a set whose charts were all left out does not count as empty for long") {
  dir.set_modified("charts/B_1d", clock.now() - std::chrono::hours(100));
  scan_without("old.png");
  const charts::Catalog& catalog = live->catalog();
  CHECK(catalog.directory(catalog.find_directory("B_1d")).modified_ns() == charts::k_not_looked_at);
}

TEST_CASE_METHOD(CatalogScanFixture, "missing charts and directories are forgotten") {
  scan();
  fs::remove(at("A_1d/x.png"));
  fs::remove_all(at("B_1d"));
  scan_without("none");
  CHECK(paths() == Paths{"A_1d/old.png"});
  CHECK(live->catalog().find_directory("B_1d") == charts::k_no_directory);
}

TEST_CASE_METHOD(CatalogScanFixture, "a scan that is stopped in a directory forgets none of its charts") {
  scan();
  const Paths before = paths();
  fs::remove(at("A_1d/x.png"));
  fs::remove(at("A_1d/old.png"));
  fs::remove_all(at("B_1d"));
  system.heal();
  system.before(Call::read_entries, 1, [&] { stop.request_stop(); });
  CHECK(scan_without("none").stopped);
  CHECK(paths() == before);
  CHECK_FALSE(live->is_current());
}

TEST_CASE_METHOD(CatalogScanFixture, "a scan that ends early leaves the rest of the catalog unchanged") {
  scan();
  const Paths before = paths();
  {
    CatalogScan scan(*live, charts::k_root, {patterns, failures, stop.get_token()}, ScanKind::sweep);
    REQUIRE(scan.next() != nullptr);
  }
  CHECK(paths() == before);
  // The catalog must still catch up on events that were lost before the scan.
  CHECK_FALSE(live->is_current());
  refresh();
  CHECK(known() == there());
}

TEST_CASE("a huge directory stays known while it is read, even without memory") {
  LiveCatalogFixture fixture;
  fixture.limits.memory_bytes = 1;
  constexpr std::size_t k_charts = reaper::volume::k_chunk_charts + 2000;
  for (std::size_t i = 0; i < k_charts; ++i) fixture.chart("A_1d/" + std::to_string(i) + ".png");
  CatalogScan scan(*fixture.live, charts::k_root, {fixture.patterns, fixture.failures, {}}, ScanKind::sweep);
  std::size_t parts = 0;
  while (const ScanBatch* const batch = scan.next()) {
    for (const ScanBatch::Chart& chart : batch->charts()) scan.leave_out(chart);
    const bool goes_on = !scan.end_batch();
    fixture.live->make_room();
    if (!goes_on) continue;
    ++parts;
    CHECK(fixture.live->catalog().find_directory("A_1d") == scan.directory());
  }
  static_cast<void>(scan.finish());
  CHECK(parts == 1);
}

TEST_CASE("a sweep that keeps no catalog remembers no directory without charts") {
  LiveCatalogFixture fixture(Watching::off);
  fixture.chart("A_1d/x.png");
  fixture.dir.make_dir("charts/B_1d");
  const auto scan_as = [&](ScanKind kind) {
    CatalogScan scan(*fixture.live, charts::k_root, {fixture.patterns, fixture.failures, {}}, kind);
    scan.learn_all();
    static_cast<void>(scan.finish());
    return fixture.live->catalog().directory_count();
  };
  CHECK(scan_as(ScanKind::sweep) == 2);
  CHECK(scan_as(ScanKind::look) == 3);
}
