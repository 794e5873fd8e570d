#pragma once

#include "base/glob.hpp"
#include "support/catch.hpp"
#include "support/faulty_system.hpp"
#include "support/pretend_mount.hpp"
#include "support/scanned.hpp"
#include "support/temp_dir.hpp"
#include "support/window_driver.hpp"
#include "volume/removal_window.hpp"
#include "volume/root.hpp"

#include <linux/magic.h>

#include <algorithm>
#include <cstddef>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace reaper::test {

/// An open chart directory in a temporary directory, with functions to scan it and to remove charts.
struct VolumeFixture {
  VolumeFixture() {
    dir.make_dir("charts");
    REQUIRE(root.check().has_value());
    system.heal();  // count only the calls of the test
  }

  static constexpr std::string_view k_content = "not really a picture";

  /// Writes a chart; `path` is relative to the root.
  void chart(const std::string& path, std::string_view content = k_content) const {
    dir.write_file("charts/" + path, content, base::FileTime(std::chrono::hours(400'000)));
  }
  [[nodiscard]] bool has(const std::string& path) const { return dir.has("charts/" + path); }
  [[nodiscard]] std::string at(const std::string& path) const { return dir.path("charts/" + path).string(); }

  /// Makes the volume look like a network file system, which other machines may write to.
  void become_network_volume() {
    system.pretend_kind(NFS_SUPER_MAGIC);
    open_again();
    REQUIRE_FALSE(root.is_local());
  }

  /// Makes the volume look like a mount of a bucket.
  void become_bucket(const std::string& type = "fuse.s3fs") {
    pretend_mount(system, root.path(), {FUSE_SUPER_MAGIC, type});
    open_again();
    REQUIRE(root.volume()->kind == volume::VolumeKind::bucket);
  }

  /// Opens the root again, so that its volume is learned again.
  void open_again(volume::PoolWidth width = volume::PoolWidth()) {
    root = volume::Root(system, root.path(), width);
    REQUIRE(root.check().has_value());
    system.heal();
  }

  [[nodiscard]] Scanned scan(const std::string& start = {}) {
    return Scanned(root, start, patterns, progress, stop.get_token());
  }

  /// Returns the paths of all charts of a scan, sorted.
  [[nodiscard]] static std::vector<std::string> paths(const Scanned& scan) {
    std::vector<std::string> all;
    for (const charts::ChartSnapshot& chart : scan.charts()) all.push_back(chart.path());
    return all;
  }

  /// Removes every chart of the scan and returns the results, in path order.
  std::vector<volume::RemovalResult> remove(const Scanned& scan) {
    struct Item {
      charts::ChartSnapshot chart;
    };
    std::vector<Item> items;
    for (charts::ChartSnapshot& chart : scan.charts()) items.push_back({std::move(chart)});
    std::vector<volume::RemovalResult> results(items.size());
    std::vector<unsigned> finished(items.size());
    volume::RemovalWindow window(root, removal_options());
    remove_all(
        window, items, [](const Item&) {},
        [&](const Item& item, const volume::RemovalResult& result) {
          const auto position = static_cast<std::size_t>(&item - items.data());
          results[position] = result;
          ++finished[position];
        });
    // Every chart finishes exactly once, whatever happens.
    CHECK(std::all_of(finished.begin(), finished.end(), [](unsigned times) { return times == 1; }));
    return results;
  }

  [[nodiscard]] volume::RemovalOptions removal_options() {
    return {failures, fallbacks, progress, stop.get_token(), grace};
  }

  /// Removes the single chart of the volume.
  volume::Outcome remove_only_chart() {
    const auto results = remove(scan());
    REQUIRE(results.size() == 1);
    return results.front().outcome;
  }

  TempDir dir;
  FaultySystem system;
  volume::Root root{system, dir.path("charts").string()};
  base::GlobList patterns{{"*.png"}};
  volume::Progress progress;
  volume::Failures failures;
  volume::Fallbacks fallbacks;
  std::stop_source stop;
  // The default of one second would slow the tests down: their writers write on demand.
  volume::Grace grace{.without_lease = std::chrono::milliseconds(3)};
};

}  // namespace reaper::test
