#pragma once

#include "charts/catalog.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::live {

/// Collects differences between the catalog and a full scan, although inotify should have reported every change. Made
/// for one scan.
class DriftCheck {
 public:
  explicit DriftCheck(const charts::Catalog& catalog) : catalog_(&catalog) {}

  /// Notes that a chart or a directory of this name differs from the catalog.
  void suspect(charts::DirectoryIndex directory, std::string_view name);
  /// Notes a directory that appeared or vanished, including everything in it.
  void suspect_directory(charts::DirectoryIndex index);
  /// Notes a directory that the catalog did not have. Its content is not counted separately.
  void note_new(charts::DirectoryIndex index);

  /// Returns the number of differences that no event explains. `is_pending` returns true if an event about this name in
  /// the directory of the watch still waits to be applied.
  [[nodiscard]] std::uint64_t count(const std::function<bool(int watch, const std::string& name)>& is_pending) const;

 private:
  /// Drift means a bug. This number of names is enough to find it.
  static constexpr std::size_t k_max_suspects = 10'000;

  const charts::Catalog* catalog_;
  std::set<std::pair<int, std::string>> suspects_;  // pairs of a watch and a name in its directory
  std::set<charts::DirectoryIndex> new_directories_;
};

}  // namespace reaper::live
