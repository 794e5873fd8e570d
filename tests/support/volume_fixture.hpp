#pragma once

#include "base/glob.hpp"
#include "support/catch.hpp"
#include "support/faulty_system.hpp"
#include "support/scanned.hpp"
#include "support/temp_dir.hpp"
#include "volume/remover.hpp"
#include "volume/root.hpp"

#include <linux/magic.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace reaper::test {

/// A chart directory of the test's own, opened, and the means to scan it and to remove from it.
struct VolumeFixture {
  VolumeFixture() {
    dir.make_dir("charts");
    REQUIRE(root.check().has_value());
    system.heal();  // the calls of a test are counted from here
  }

  static constexpr std::string_view k_content = "not really a picture";

  /// Writes a chart; `path` is relative to the root.
  void chart(const std::string& path, std::string_view content = k_content) const {
    dir.write_file("charts/" + path, content, base::FileTime(std::chrono::hours(400'000)));
  }
  [[nodiscard]] bool has(const std::string& path) const { return dir.has("charts/" + path); }
  [[nodiscard]] std::string at(const std::string& path) const { return dir.path("charts/" + path).string(); }

  /// From now on the volume is one that others write to over the network, as far as the program can tell.
  void become_network_volume() {
    system.pretend_kind(NFS_SUPER_MAGIC);
    root = volume::Root(system, root.path());
    REQUIRE(root.check().has_value());
    REQUIRE_FALSE(root.is_local());
    system.heal();
  }

  [[nodiscard]] Scanned scan(const std::string& start = {}) {
    return Scanned(root, start, patterns, progress, stop.get_token());
  }

  /// The paths of all charts of a scan, in order.
  [[nodiscard]] static std::vector<std::string> paths(const Scanned& scan) {
    std::vector<std::string> all;
    for (const charts::ChartSnapshot& chart : scan.charts()) all.push_back(chart.path());
    return all;
  }

  /// Removes every chart of the scan and returns what became of each, in the order of their paths.
  std::vector<volume::RemovalResult> remove(const Scanned& scan) {
    const std::vector<charts::ChartSnapshot> all = scan.charts();
    std::vector<const charts::ChartSnapshot*> given;
    for (const charts::ChartSnapshot& chart : all) given.push_back(&chart);
    std::vector<volume::RemovalResult> conclusions(all.size());
    std::vector<unsigned> told(all.size());
    volume::remove(root, given,
                   {.between = between,
                    .still_removable = still_removable,
                    .on_concluded =
                        [&](std::size_t position, const volume::RemovalResult& conclusion) {
                          conclusions[position] = conclusion;
                          ++told[position];
                        },
                    .failures = failures,
                    .fallbacks = fallbacks,
                    .progress = progress,
                    .stop = stop.get_token(),
                    .grace = grace,
                    .most_per_second = most_per_second});
    // Whatever happens, every chart is concluded, and once.
    CHECK(std::all_of(told.begin(), told.end(), [](unsigned times) { return times == 1; }));
    return conclusions;
  }

  /// Scans and removes a volume with a single chart.
  volume::Outcome remove_only_chart() {
    const auto conclusions = remove(scan());
    REQUIRE(conclusions.size() == 1);
    return conclusions.front().outcome;
  }

  TempDir dir;
  FaultySystem system;
  volume::Root root{system, dir.path("charts").string()};
  base::GlobList patterns{{"*.png"}};
  volume::Progress progress;
  volume::Failures failures;
  volume::Fallbacks fallbacks;
  std::stop_source stop;
  // The longer time would only make tests slow: writers of tests come when they are called.
  volume::Grace grace{.without_lease = std::chrono::milliseconds(3)};
  std::function<bool(std::size_t)> still_removable = [](std::size_t) { return true; };
  std::function<void()> between = [] {};
  double most_per_second = 0;
};

}  // namespace reaper::test
