#pragma once

#include "base/size.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace reaper::retention {

/// The room that charts shall make on the volume.
struct SpaceDemand {
  base::Room room;  ///< that they shall free; none if nothing goes for it
  std::size_t max_charts = std::numeric_limits<std::size_t>::max();
};

/// The volume and the charts on it at one moment.
struct VolumeState {
  base::VolumeSpace space = {};
  base::Room charts = {};               ///< what the charts and their directories take of the volume
  std::uint64_t large_chart_bytes = 0;  ///< the 99th percentile of what a chart takes
};

/// Charts that went between two states of the volume.
struct RoomMade {
  VolumeState before = {};
  VolumeState after = {};
  SpaceDemand demand = {};   ///< what they went for
  base::Room expected = {};  ///< what the volume should have got back
  /// Bytes of charts that were removed but have another hard link. They were not expected to make room.
  std::uint64_t linked_bytes = 0;
};

/// Decides when a volume is so full that charts go to keep it writable, whoever has filled it.
///
/// Removing charts must help. So four are tried first, and the others go if that has helped. Where it does not
/// (snapshots, shared blocks, a neighbour that takes the space at once) nothing goes for a minute, then four charts are
/// tried again, and so on with pauses that double up to an hour: trouble must not turn into deletion, and must not end
/// the rule for good either.
///
/// Free space and what the charts take make a sum that neither a removal nor a writer of charts changes. A removal has
/// helped if the sum is still there afterwards. It can be late, as writers are at work and file systems free blocks in
/// their own time, so the sum is compared again whenever the volume is looked at.
class FreeSpaceGuard {
 public:
  static constexpr std::uint64_t k_max_reserve_bytes = 256 * base::k_mebibyte;
  static constexpr std::uint64_t k_max_reserve_inodes = 1000;
  static constexpr std::size_t k_charts_in_a_try = 4;
  static constexpr std::chrono::minutes k_shortest_pause{1};
  static constexpr std::chrono::hours k_max_pause{1};
  /// Space that turns up within this time was only late.
  static constexpr std::chrono::seconds k_settle{2};

  /// How the demand is limited while removals do not help.
  enum class Asked : bool {
    no,  ///< the program's own sweeps wait until the pause is over
    yes  ///< a sweep that was asked for tries some charts at once
  };

  /// The room that the volume shall have: 2 % of it and 256 MiB at most, but room for 16 large charts, as many as
  /// arrive while the oldest go, unless that is more than a quarter of the volume. Of inodes 2 %, and 1,000 at most.
  [[nodiscard]] static base::Room reserve(const VolumeState& state) noexcept;

  /// The part of the reserve that the volume lacks. While bytes are lacking, inodes are not: xfs and others make them
  /// of bytes.
  [[nodiscard]] static base::Room lacking(const VolumeState& state) noexcept;

  /// A look at the volume, which may show that the last removal has helped after all.
  void observe(const VolumeState& state) noexcept;

  /// The room that charts shall make at `now`, a time that never jumps.
  [[nodiscard]] SpaceDemand demand(const VolumeState& state, Asked asked, std::chrono::nanoseconds now) const noexcept;

  /// Charts have gone for free space.
  void note_removal(const RoomMade& made, std::chrono::nanoseconds now) noexcept;

  /// When charts are tried again, while it is certain that removing them does not help.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> no_gain_until(std::chrono::nanoseconds now) const noexcept;

  /// When the answers of demand() and no_gain_until() change if nothing else happens.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> next_change(std::chrono::nanoseconds now) const noexcept;

  /// True if a removal has helped since the volume last had room enough. Until then more than a try is a risk.
  [[nodiscard]] bool has_helped() const noexcept { return has_helped_; }

  /// The volume is another one.
  void reset() noexcept { *this = {}; }

 private:
  /// A removal that has not helped so far.
  struct Waiting {
    base::Room awaited;  ///< with such a sum of one of the two it has helped after all; 0 of the other
    std::chrono::nanoseconds since{};
    std::chrono::nanoseconds pause{};
    std::chrono::nanoseconds retry_at{};
  };

  std::optional<Waiting> waiting_;
  bool has_helped_ = false;
};

}  // namespace reaper::retention
