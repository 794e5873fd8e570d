#pragma once

#include "charts/catalog.hpp"
#include "live/watch_budget.hpp"
#include "volume/headroom.hpp"
#include "volume/system_limits.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace reaper::live {

/// Tells how far the catalog may grow, and how many watches there may be beside it, as the limits of the system are
/// now.
class CatalogRoom {
 public:
  /// Without `read_limits` there are none.
  CatalogRoom(const charts::Catalog& catalog, volume::ReadSystemLimits read_limits);

  /// Asks the system for its limits again.
  void read_limits();
  [[nodiscard]] const volume::SystemLimits& limits() const noexcept { return budget_.limits(); }

  /// Directories that the scan under way has still to enter: their names take memory, too.
  void set_waiting(std::uint64_t directories) noexcept { waiting_directories_ = directories; }

  /// For what the kernel caches of what a scan looks at.
  [[nodiscard]] volume::Headroom& headroom() noexcept { return headroom_; }

  /// True if the catalog may still grow beside so many watches.
  [[nodiscard]] bool has_room(std::size_t watches) const { return budget_.has_room(watches, bytes()); }
  /// True if there may be so many watches.
  [[nodiscard]] bool allows(std::size_t watches) const { return budget_.allows(watches, bytes()); }
  /// True if there may be so many once no scan is under way.
  [[nodiscard]] bool allows_later(std::size_t watches) const {
    return budget_.allows(watches, catalog_->memory_bytes());
  }
  /// How many watches there may be once no scan is under way; nothing if no limit is known.
  [[nodiscard]] std::optional<std::uint64_t> max_watches() const {
    return budget_.max_watches(catalog_->memory_bytes());
  }
  /// Why the directories of the catalog are not watched, in words for people.
  [[nodiscard]] std::string refusal() const { return budget_.refusal(catalog_->directory_count(), bytes()); }

 private:
  /// Memory of the catalog, with the names that the running scan has still to visit.
  [[nodiscard]] std::uint64_t bytes() const;

  const charts::Catalog* catalog_;
  volume::ReadSystemLimits read_limits_;
  volume::Headroom headroom_;
  WatchBudget budget_;
  std::uint64_t waiting_directories_ = 0;
};

}  // namespace reaper::live
