#pragma once

#include "retention/policy.hpp"
#include "sweep/root_state.hpp"

#include <cstdint>
#include <optional>

namespace reaper::sweep {

/// The size limit as a share of the volume, as the settings give it.
struct VolumeShare {
  std::optional<double> percent = {};                ///< above 0, at most 100; nothing: no such limit
  std::optional<std::uint64_t> declared_bytes = {};  ///< replaces the size that the volume reports
};

/// Returns the size of the volume that a percentage counts against: the declared one, else the one that the volume
/// reports. Nothing if that is not known, or if the volume is of a kind that invents it.
[[nodiscard]] std::optional<std::uint64_t> counted_volume_bytes(const VolumeShare& share, const RootState& root);

/// Returns the limits in force on the volume of the root. The size limit is the smaller one of `limits` and `share`.
/// While the size of the volume is not known, `share` does not count. For the minimum age see
/// volume::min_age_in_force(). Pure.
[[nodiscard]] retention::Limits limits_in_force(retention::Limits limits, const VolumeShare& share,
                                                const RootState& root);

}  // namespace reaper::sweep
