#pragma once

#include "volume/role.hpp"
#include "volume/volume_traits.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace reaper::volume {
class Root;
}

namespace reaper::sweep {

/// The chart directory at its last check. The texts are printable.
struct RootState {
  std::string problem = {};       ///< why it cannot be used; empty if it can
  std::string not_writable = {};  ///< why nothing can be removed directly in it; empty if it can
  std::shared_ptr<const volume::VolumeTraits> volume = {};  ///< what holds on its volume; null if it cannot be used
  std::optional<std::uint64_t> volume_bytes = {};  ///< the size that its volume reports now; nothing if not plausible
  volume::Role role = volume::Role::unlocked;      ///< among the reapers of this root
};

/// Returns the state of an open root, with the present size of its volume. Does not check the rights.
[[nodiscard]] RootState state_of(const volume::Root& root);

}  // namespace reaper::sweep
