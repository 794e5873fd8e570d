#pragma once

#include "base/glob.hpp"
#include "charts/catalog.hpp"
#include "volume/failures.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"
#include "volume/scanner.hpp"

#include <algorithm>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::test {

/// Everything below a directory, scanned when this is made.
class Scanned final : private volume::ScanSink {
 public:
  Scanned(volume::Root& root, const std::string& start, const base::GlobList& patterns, volume::Progress& progress,
          std::stop_token stop = {}, const base::Clock* clock = nullptr)
      : catalog(clock) {
    result = volume::scan(root, catalog, catalog.put_directory(start), *this,
                          {patterns, progress, failures, std::move(stop)});
  }

  /// All charts, in the order of their paths.
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
  void on_open(charts::DirectoryIndex /*directory*/, int /*descriptor*/) override {}
  void on_chart(charts::DirectoryIndex directory, std::string_view name, const charts::ChartState& state) override {
    catalog.put(directory, name, state);
  }
  void on_leftover(charts::DirectoryIndex directory, std::string_view name) override {
    leftovers.push_back({catalog.path(directory), std::string(name)});
  }
  void on_chunk(charts::DirectoryIndex /*directory*/) override {}
  bool enters(charts::DirectoryIndex /*directory*/, bool /*known*/) override { return true; }
  void on_gone(charts::DirectoryIndex directory) override { catalog.forget_directory(directory); }
  void on_read(charts::Reading& reading, charts::DirectoryIndex /*directory*/, int /*descriptor*/) override {
    reading.finish();
  }
};

}  // namespace reaper::test
