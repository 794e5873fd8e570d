#pragma once

#include "base/size.hpp"

#include <cstdint>
#include <optional>

namespace reaper::retention {

/// Decides when a volume is so full that charts go to keep it writable, whoever has filled it.
///
/// The reserve is 2 % of the volume, and 256 MiB at most: enough for some hundred charts to be written while the oldest
/// ones go, and less than what kubelet's default eviction threshold leaves free. Removing charts must help: where freed
/// charts do not become free space (snapshots, somebody who takes it at once) the rule suspends itself until the space
/// turns up, because trouble must not turn into deletion.
class FreeSpaceGuard {
 public:
  static constexpr std::uint64_t k_largest_reserve_bytes = 256 * 1024 * 1024;
  static constexpr std::uint64_t k_reserve_fraction = 50;

  /// What is to be kept free.
  [[nodiscard]] static std::uint64_t reserve_bytes(const base::VolumeSpace& space) noexcept;

  /// What removals shall free now; 0 if there is room, or nothing is known of the volume.
  [[nodiscard]] std::uint64_t wanted_bytes(const std::optional<base::VolumeSpace>& space) noexcept;

  /// Told after charts went for this reason: `free_before` of them, the bytes that they freed, what was written into
  /// charts meanwhile, and what is free now.
  void note_removal(std::uint64_t free_before, std::uint64_t freed_bytes, std::uint64_t written_bytes,
                    std::uint64_t free_now) noexcept;

  /// Whether removing charts did not help.
  [[nodiscard]] bool suspended() const noexcept { return awaited_bytes_.has_value(); }

 private:
  std::optional<std::uint64_t> awaited_bytes_;  // with so much free the removals have helped after all
};

}  // namespace reaper::retention
