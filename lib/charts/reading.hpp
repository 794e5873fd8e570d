#pragma once

#include "charts/catalog.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace reaper::charts {

/// One reading of a directory into a catalog. The catalog has what was found at once; what was known before and was not
/// found is forgotten by finish(). A reading that ends without it leaves the directory incomplete, and forgets nothing.
///
/// One directory is read at a time. If the directory is forgotten meanwhile, the reading has no effect any more.
class Reading {
 public:
  Reading(Catalog& catalog, DirectoryIndex directory);
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading();

  Change put(std::string_view name, const ChartState& state) {
    return is_open() ? catalog_->put(directory_, name, state) : Change::none;
  }
  /// Directories directly in it.
  void add_subdirectories(std::uint32_t count);
  /// All else that is no chart.
  void add_others(std::uint32_t count);
  /// Not everything in it could be looked at, so finish() forgets nothing.
  void fail();

  /// Charts that were known before and have not been found so far.
  void for_each_unseen_chart(const std::function<void(ChartIndex)>& visit) const;

  /// It was read to its end: forgets the charts that were not found, unless it has failed. Returns how many those were.
  std::size_t finish();

 private:
  [[nodiscard]] bool is_open() const noexcept { return catalog_->reading_.directory == directory_; }

  Catalog* catalog_;
  DirectoryIndex directory_;
};

}  // namespace reaper::charts
