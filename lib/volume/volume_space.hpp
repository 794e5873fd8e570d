#pragma once

#include "base/size.hpp"

#include <optional>

struct statfs;

namespace reaper::volume {

/// Returns the total and free space that statfs(2) reported; nothing if the figures are impossible.
[[nodiscard]] std::optional<base::VolumeSpace> plausible_space(const struct statfs& volume);

}  // namespace reaper::volume
