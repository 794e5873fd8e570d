#pragma once

#include "live/live_catalog.hpp"
#include "support/catch.hpp"
#include "support/faulty_system.hpp"
#include "support/manual_clock.hpp"
#include "support/scanned.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace reaper::test {

/// A live catalog of a chart directory in a temporary directory.
struct LiveCatalogFixture {
  explicit LiveCatalogFixture(live::Watching how = live::Watching::on) {
    dir.make_dir("charts");
    REQUIRE(root.check().has_value());
    system.heal();
    // Test files have real times. Move the clock ahead, so that no file is from the future.
    clock.jump(std::chrono::system_clock::now() + std::chrono::minutes(30) - clock.now());
    live = std::make_unique<live::LiveCatalog>(root, clock, progress, how, [this] { return limits; });
  }

  void chart(const std::string& path, std::string_view content = "chart") const {
    dir.write_file("charts/" + path, content);
  }
  [[nodiscard]] std::string at(const std::string& path) const { return dir.path("charts/" + path).string(); }

  /// Opens the root again, as one on a volume with this magic number of statfs(2).
  void open_on(long magic) {
    system.pretend_kind(magic);
    root = volume::Root(system, root.path());
    REQUIRE(root.check().has_value());
  }

  void refresh() { live->refresh({patterns, failures, stop.get_token()}); }
  void scan() { live->scan(charts::k_root, {patterns, failures, stop.get_token()}); }

  /// Returns the content of the catalog as text.
  [[nodiscard]] std::vector<std::string> known() { return words(live->catalog()); }

  /// Scans the volume and returns its content in the same form.
  [[nodiscard]] std::vector<std::string> there() {
    volume::Progress own;
    Scanned scanned(root, "", patterns, own, {}, &clock);
    return words(scanned.catalog);
  }

  /// Uses the digest, because it holds the change time, which every change updates. Leaves out the time that a chart's
  /// age counts from: for a chart from the future, that is when it was first seen.
  [[nodiscard]] static std::vector<std::string> words(const charts::Catalog& catalog) {
    std::vector<std::string> lines;
    catalog.visit_oldest_first([&](charts::ChartIndex index) {
      const charts::ChartSnapshot chart = catalog.snapshot_of(index);
      lines.push_back(chart.path() + " " + std::to_string(chart.counted_bytes) + " " + std::to_string(chart.digest));
      return true;
    });
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  TempDir dir;
  FaultySystem system;
  ManualClock clock;
  volume::Root root{system, dir.path("charts").string()};
  volume::Progress progress;
  volume::SystemLimits limits;  ///< no limits unless a test sets some
  volume::Failures failures;
  base::GlobList patterns{{"*.png"}};
  std::stop_source stop;
  std::unique_ptr<live::LiveCatalog> live;
};

}  // namespace reaper::test
