#include "sweep/limits_in_force.hpp"

#include "volume/removal_protocol.hpp"

#include <algorithm>

namespace reaper::sweep {

std::optional<std::uint64_t> counted_volume_bytes(const VolumeShare& share, const RootState& root) {
  if (share.declared_bytes) return share.declared_bytes;
  const bool is_honest = root.volume && root.volume->honest_free_space == volume::Trait::yes;
  return is_honest ? root.volume_bytes : std::nullopt;
}

retention::Limits limits_in_force(retention::Limits limits, const VolumeShare& share, const RootState& root) {
  limits.min_age = volume::min_age_in_force(limits.min_age, root.volume.get());
  if (const auto whole = counted_volume_bytes(share, root); share.percent && whole) {
    const double part = static_cast<double>(*whole) * *share.percent / 100;
    limits.max_size_bytes = std::min(limits.max_size_bytes, static_cast<std::uint64_t>(part));
  }
  return limits;
}

}  // namespace reaper::sweep
