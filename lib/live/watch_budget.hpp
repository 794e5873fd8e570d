#pragma once

#include "volume/system_limits.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace reaper::live {

/// How many directories may be watched, and how large the catalog may grow, within the limits of the system. Pure.
///
/// A watch keeps the directory's inode and name in the kernel's memory, which counts towards the program's memory limit
/// and cannot be taken back. So watches and the catalog share what the limit leaves.
class WatchBudget {
 public:
  /// What a watch takes: mark, inode and name in the kernel, and its place in the program. Measured on ext4 by
  /// scripts/measure-memory; inodes of XFS and Btrfs are as large, those of tmpfs smaller.
  static constexpr std::uint64_t k_watch_bytes = 1400;

  /// What is left to everything else: the program itself 4 MiB, answers, and the inodes and blocks that the kernel has
  /// in hand while a volume is read. Half of a limit that is smaller than twice as much.
  static constexpr std::uint64_t k_reserve_bytes = std::uint64_t{10} << 20U;

  WatchBudget() = default;  ///< without limits
  explicit WatchBudget(const volume::SystemLimits& limits) : limits_(limits) {}

  /// How many watches there may be while the catalog takes `catalog_bytes`; nothing if no limit is known. An eighth of
  /// the user's watches stays free, because without any the user's other programs fail.
  [[nodiscard]] std::optional<std::uint64_t> max_watches(std::uint64_t catalog_bytes) const;

  /// Whether so many directories may be watched.
  [[nodiscard]] bool allows(std::size_t watches, std::uint64_t catalog_bytes) const;

  /// Whether the catalog, with so many watches, may still grow.
  [[nodiscard]] bool has_room(std::size_t watches, std::uint64_t catalog_bytes) const;

  /// Of bytes that are needed for the time of a scan, those that the catalog must do without: it always gets a quarter
  /// of the room, because charts that it does not know cannot be removed for the size limit.
  [[nodiscard]] std::uint64_t kept_from_catalog(std::uint64_t bytes) const;

  /// Why so many directories are not watched, in words for people and with the figures.
  [[nodiscard]] std::string refusal(std::size_t directories, std::uint64_t catalog_bytes) const;

  [[nodiscard]] const volume::SystemLimits& limits() const noexcept { return limits_; }

 private:
  [[nodiscard]] std::optional<std::uint64_t> room_bytes() const;
  [[nodiscard]] std::optional<std::uint64_t> user_share() const;
  [[nodiscard]] std::optional<std::uint64_t> memory_share(std::uint64_t catalog_bytes) const;

  volume::SystemLimits limits_;
};

}  // namespace reaper::live
