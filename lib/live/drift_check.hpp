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

/// Collects what a full scan finds other than the catalog had it, although every change should have been told by a
/// watch. Made for one scan.
class DriftCheck {
 public:
  explicit DriftCheck(const charts::Catalog& catalog) : catalog_(&catalog) {}

  /// A chart or a directory of this name was not as the catalog had it.
  void suspect(charts::DirectoryIndex directory, std::string_view name);
  /// A directory that came or went, and with it everything in it.
  void suspect_directory(charts::DirectoryIndex index);
  /// A directory that the catalog did not have. What is in it has come with it.
  void note_new(charts::DirectoryIndex index);

  /// How many of them no event explains. `is_pending` tells whether one about this name in the directory of the watch
  /// is still to be looked at.
  [[nodiscard]] std::uint64_t count(const std::function<bool(int watch, const std::string& name)>& is_pending) const;

 private:
  /// Drift is a bug somewhere, not here alone: some names are enough to look for it.
  static constexpr std::size_t k_max_suspects = 10'000;

  const charts::Catalog* catalog_;
  std::set<std::pair<int, std::string>> suspects_;  // a watch, and a name in its directory
  std::set<charts::DirectoryIndex> new_directories_;
};

}  // namespace reaper::live
