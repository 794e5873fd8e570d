#pragma once

#include "base/glob.hpp"
#include "charts/reading.hpp"
#include "volume/failures.hpp"
#include "volume/leftover.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"
#include "volume/scan.hpp"

#include <algorithm>
#include <array>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::test {

/// Scans everything below a directory when it is constructed.
class Scanned {
 public:
  Scanned(volume::Root& root, const std::string& start, const base::GlobList& patterns, volume::Progress& progress,
          std::stop_token stop = {}, const base::Clock* clock = nullptr)
      : catalog(clock) {
    volume::Scan scan(root, start, {patterns, progress, failures, std::move(stop)});
    std::array<charts::DirectoryIndex, volume::k_max_levels + 1> above{};
    while (scan.next_directory()) {
      const charts::DirectoryIndex directory = scan.depth() == 0
                                                   ? catalog.put_directory(start)
                                                   : catalog.put_directory(above[scan.depth() - 1], scan.name());
      above[scan.depth()] = directory;
      read(scan, directory);
    }
    result = scan.result();
  }

  /// Returns all charts, sorted by path.
  [[nodiscard]] std::vector<charts::ChartSnapshot> charts() const {
    std::vector<charts::ChartSnapshot> all;
    catalog.for_each_directory([&](charts::DirectoryIndex directory) {
      catalog.for_each_chart(directory, [&](charts::ChartIndex chart) { all.push_back(catalog.snapshot_of(chart)); });
    });
    std::sort(all.begin(), all.end(), [](const auto& left, const auto& right) { return left.path() < right.path(); });
    return all;
  }

  charts::Catalog catalog;
  std::vector<volume::Leftover> leftovers;
  volume::Failures failures;
  volume::ScanResult result;

 private:
  void read(volume::Scan& scan, charts::DirectoryIndex directory) {
    const volume::Scan::Opening opening = scan.open();
    if (opening == volume::Scan::Opening::gone) return catalog.forget_directory(directory);
    charts::Reading reading(catalog, directory);
    if (opening != volume::Scan::Opening::opened) return;
    while (scan.read(batch_)) {
      for (const volume::ScanBatch::Chart& chart : batch_.charts()) reading.put(chart.name, chart.state);
      for (const std::string& name : batch_.leftovers()) leftovers.push_back({catalog.path(directory), name});
      reading.add_subdirectories(batch_.subdirectories());
      reading.add_others(batch_.others());
    }
    if (batch_.ending() == volume::ScanBatch::Ending::complete) reading.finish();
  }

  volume::ScanBatch batch_;
};

}  // namespace reaper::test
