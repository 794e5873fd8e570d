#pragma once

#include "volume/mount_table.hpp"
#include "volume/volume_traits.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace reaper::volume {

/// Returns the promises of a kind of volume, from the table of kinds. `magic` is `f_type` of statfs(2); `mount` is
/// empty if the mount table cannot be read.
///
/// The mount only refines what the magic number says. If both contradict each other, the magic number counts, because
/// the program that mounts a FUSE volume chooses its type and source. A kind that is not in the table gets the weakest
/// promises. The result has no call_time.
[[nodiscard]] VolumeTraits traits_of(std::uint32_t magic, const std::optional<Mount>& mount);

/// Returns the promises of a FUSE volume of this type that is not in the table, but keeps its files in a bucket.
[[nodiscard]] VolumeTraits traits_of_bucket(std::string type);

}  // namespace reaper::volume
