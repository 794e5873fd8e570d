#pragma once

#include "base/size.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace reaper::retention {

/// The space that a plan must free on the volume.
struct SpaceDemand {
  base::Room room;  ///< space to free; none if nothing is needed
  std::size_t max_charts = std::numeric_limits<std::size_t>::max();
};

/// The volume and the charts on it at one moment.
struct VolumeState {
  base::VolumeSpace space = {};
  base::Room charts = {};               ///< space of the charts and their directories
  std::uint64_t large_chart_bytes = 0;  ///< 99th percentile of the space that a chart takes
};

/// The removal of charts between two states of the volume.
struct RoomMade {
  VolumeState before = {};
  VolumeState after = {};
  SpaceDemand demand = {};   ///< the demand that the removal was for
  base::Room expected = {};  ///< the space that the volume should have got back
  /// Bytes of removed charts that have another hard link, so that they were not expected to free space.
  std::uint64_t linked_bytes = 0;
};

/// Decides when the volume is so full that sweeps remove charts to keep it writable, no matter which program filled it.
///
/// Removing charts must help. So a sweep tries four charts first and removes more only if that freed space. It may not:
/// snapshots, shared blocks, or another program that takes the space at once. Then sweeps pause for a minute and try
/// four charts again; each pause doubles, up to an hour. So trouble neither removes everything nor switches the rule
/// off for ever.
///
/// The sum of free space and the charts' space does not change when charts are removed or written. A removal has helped
/// if the sum is still there afterwards. File systems may free blocks late, and writers go on writing. So every later
/// look at the volume compares the sum again.
class FreeSpaceGuard {
 public:
  static constexpr std::uint64_t k_max_reserve_bytes = 256 * base::k_mebibyte;
  static constexpr std::uint64_t k_max_reserve_inodes = 1000;
  static constexpr std::size_t k_charts_in_a_try = 4;
  static constexpr std::chrono::minutes k_shortest_pause{1};
  static constexpr std::chrono::hours k_max_pause{1};
  /// Space that is freed within this time counts as late, not as missing.
  static constexpr std::chrono::seconds k_settle{2};

  /// Decides if a pause stops the demand.
  enum class Asked : bool {
    no,  ///< an automatic sweep waits until the pause is over
    yes  ///< a requested sweep tries some charts at once
  };

  /// Returns the free space that the volume must keep. It is 2 % of the volume, or room for 16 large charts if that is
  /// more; about that many arrive while old ones are removed. It is at most 256 MiB and at most a quarter of the
  /// volume. For inodes it is 2 %, at most 1,000.
  [[nodiscard]] static base::Room reserve(const VolumeState& state) noexcept;

  /// Returns the part of the reserve that is missing. If bytes are missing it asks for no inodes, because xfs and
  /// others create inodes from free bytes.
  [[nodiscard]] static base::Room lacking(const VolumeState& state) noexcept;

  /// Takes a new state of the volume. It may show that the last removal has helped after all.
  void observe(const VolumeState& state) noexcept;

  /// Returns the space that a plan must free at `now`, a time that never jumps.
  [[nodiscard]] SpaceDemand demand(const VolumeState& state, Asked asked, std::chrono::nanoseconds now) const noexcept;

  /// Records a removal of charts for free space.
  void note_removal(const RoomMade& made, std::chrono::nanoseconds now) noexcept;

  /// Returns the time of the next try if the last removal certainly did not help, otherwise nothing.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> no_gain_until(std::chrono::nanoseconds now) const noexcept;

  /// Returns the time at which demand() or no_gain_until() will next change by themselves.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> next_change(std::chrono::nanoseconds now) const noexcept;

  /// Returns true if a removal has helped since the volume last had enough space. Until then a sweep should only try a
  /// few charts.
  [[nodiscard]] bool has_helped() const noexcept { return has_helped_; }

  /// Forgets everything, because another volume is mounted.
  void reset() noexcept { *this = {}; }

 private:
  /// A removal that has not helped so far.
  struct Waiting {
    base::Room awaited;  ///< the sum of bytes or inodes that proves that it has helped; the other is 0
    std::chrono::nanoseconds since{};
    std::chrono::nanoseconds pause{};
    std::chrono::nanoseconds retry_at{};
  };

  std::optional<Waiting> waiting_;
  bool has_helped_ = false;
};

}  // namespace reaper::retention
