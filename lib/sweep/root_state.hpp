#pragma once

#include "volume/volume_traits.hpp"

#include <memory>
#include <string>

namespace reaper::sweep {

/// The chart directory at its last check. The texts are printable.
struct RootState {
  std::string problem = {};       ///< why it cannot be used; empty if it can
  std::string not_writable = {};  ///< why nothing can be removed directly in it; empty if it can
  std::shared_ptr<const volume::VolumeTraits> volume = {};  ///< what holds on its volume; null if it cannot be used
};

}  // namespace reaper::sweep
