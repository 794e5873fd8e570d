#pragma once

#include "volume/system_limits.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace reaper::live {

/// Computes how many directories may be watched and how large the catalog may grow, within the limits of the system.
/// Pure.
///
/// A watch keeps the directory's inode and name in kernel memory. That counts towards the program's memory limit, and
/// the kernel cannot reclaim it. So watches and catalog share the room within the limit.
class WatchBudget {
 public:
  /// Memory of one watch: mark, inode and name in the kernel, and its entry in this program. Measured on ext4 by
  /// scripts/measure-memory. Inodes of XFS and Btrfs are as large, those of tmpfs smaller.
  static constexpr std::uint64_t k_watch_bytes = 1400;

  /// Memory reserved for everything else: 4 MiB for the program itself, then answers, and the inodes and blocks that
  /// the kernel holds during a scan. If the limit is below twice this number, half of the limit is reserved.
  static constexpr std::uint64_t k_reserve_bytes = std::uint64_t{10} << 20U;

  WatchBudget() = default;  ///< without limits
  explicit WatchBudget(const volume::SystemLimits& limits) : limits_(limits) {}

  /// Returns the maximum number of watches beside a catalog of `catalog_bytes`; nothing if no limit is known. An eighth
  /// of the user's watches stays free, because other programs of the user fail without any.
  [[nodiscard]] std::optional<std::uint64_t> max_watches(std::uint64_t catalog_bytes) const;

  /// Returns true if this number of directories may be watched.
  [[nodiscard]] bool allows(std::size_t watches, std::uint64_t catalog_bytes) const;

  /// Returns true if the catalog may still grow beside this number of watches.
  [[nodiscard]] bool has_room(std::size_t watches, std::uint64_t catalog_bytes) const;

  /// Returns the part of `bytes`, needed during a scan, that the catalog must do without. A quarter of the room always
  /// stays for the catalog, because the size limit cannot remove charts that the catalog does not know.
  [[nodiscard]] std::uint64_t kept_from_catalog(std::uint64_t bytes) const;

  /// Returns a text for people, with figures: why this number of directories is not watched.
  [[nodiscard]] std::string refusal(std::size_t directories, std::uint64_t catalog_bytes) const;

  [[nodiscard]] const volume::SystemLimits& limits() const noexcept { return limits_; }

 private:
  [[nodiscard]] std::optional<std::uint64_t> room_bytes() const;
  [[nodiscard]] std::optional<std::uint64_t> user_share() const;
  [[nodiscard]] std::optional<std::uint64_t> memory_share(std::uint64_t catalog_bytes) const;

  volume::SystemLimits limits_;
};

}  // namespace reaper::live
