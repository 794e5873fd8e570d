#pragma once

#include "charts/catalog.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace reaper::charts {

/// Reads one directory into a catalog. Found charts enter the catalog at once; finish() forgets the known charts that
/// were not found. A reading that is destroyed without finish() marks the directory incomplete and forgets nothing.
///
/// Only one directory is read at a time. If the directory is forgotten meanwhile, the reading has no more effect.
class Reading {
 public:
  Reading(Catalog& catalog, DirectoryIndex directory);
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading();

  Change put(std::string_view name, const ChartState& state) {
    return is_open() ? catalog_->put(directory_, name, state) : Change::none;
  }
  /// Counts directories directly in it.
  void add_subdirectories(std::uint32_t count);
  /// Counts other entries that are no charts.
  void add_others(std::uint32_t count);
  /// Notes that some entries could not be read, so that finish() forgets nothing.
  void fail();

  /// Visits the charts that were known before and are not found yet.
  void for_each_unseen_chart(const std::function<void(ChartIndex)>& visit) const;

  /// Ends the reading of the whole directory. Forgets the charts that were not found, unless fail() was called. Returns
  /// their number.
  std::size_t finish();

 private:
  [[nodiscard]] bool is_open() const noexcept { return catalog_->reading_.directory == directory_; }

  Catalog* catalog_;
  DirectoryIndex directory_;
};

}  // namespace reaper::charts
