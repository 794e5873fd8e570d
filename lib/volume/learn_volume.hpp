#pragma once

#include "volume/system.hpp"
#include "volume/volume_traits.hpp"

#include <string_view>

namespace reaper::volume {

/// The open root, and what is already known about it.
struct OpenRoot {
  int descriptor;
  const struct statx& self;  ///< statx(2) of the descriptor
  std::string_view path;
};

/// Learns what the volume of the root can do, from its file-system type and by calls that change nothing. Never
/// fails; a call that fails leaves the weakest promise.
[[nodiscard]] VolumeTraits learn_volume(System& system, const OpenRoot& root);

}  // namespace reaper::volume
