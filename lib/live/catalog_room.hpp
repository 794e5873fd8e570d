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

/// Compares the memory of the catalog and the number of watches with the current limits of the system.
class CatalogRoom {
 public:
  /// Without `read_limits` nothing is limited.
  CatalogRoom(const charts::Catalog& catalog, volume::ReadSystemLimits read_limits);

  /// Reads the limits of the system again.
  void read_limits();
  [[nodiscard]] const volume::SystemLimits& limits() const noexcept { return budget_.limits(); }

  /// Sets the number of directories that the running scan has found and not yet entered. Their names take memory, too.
  void set_waiting(std::uint64_t directories) noexcept { waiting_directories_ = directories; }

  /// Returns the headroom for the files that the kernel caches during a scan.
  [[nodiscard]] volume::Headroom& headroom() noexcept { return headroom_; }

  /// Returns true if the catalog may still grow beside this number of watches.
  [[nodiscard]] bool has_room(std::size_t watches) const { return budget_.has_room(watches, bytes()); }
  /// Returns true if this number of watches is allowed now.
  [[nodiscard]] bool allows(std::size_t watches) const { return budget_.allows(watches, bytes()); }
  /// Returns true if this number of watches is allowed once no scan is running.
  [[nodiscard]] bool allows_later(std::size_t watches) const {
    return budget_.allows(watches, catalog_->memory_bytes());
  }
  /// Returns the maximum number of watches once no scan is running; nothing if no limit is known.
  [[nodiscard]] std::optional<std::uint64_t> max_watches() const {
    return budget_.max_watches(catalog_->memory_bytes());
  }
  /// Returns a text for people: why the directories of the catalog are not watched.
  [[nodiscard]] std::string refusal() const { return budget_.refusal(catalog_->directory_count(), bytes()); }

 private:
  /// Returns the memory of the catalog and of the names that the running scan has still to visit.
  [[nodiscard]] std::uint64_t bytes() const;

  const charts::Catalog* catalog_;
  volume::ReadSystemLimits read_limits_;
  volume::Headroom headroom_;
  WatchBudget budget_;
  std::uint64_t waiting_directories_ = 0;
};

}  // namespace reaper::live
