#pragma once

#include "base/clock.hpp"
#include "volume/failures.hpp"
#include "volume/removal_result.hpp"
#include "volume/root.hpp"

#include <string>

namespace reaper::volume {

/// Removes the directory if it is empty, and nothing was made or removed in it after `unchanged_since`. `gone` if it no
/// longer exists, `changed` if something is in it or was.
[[nodiscard]] Outcome remove_directory(Root& root, const std::string& path, base::FileTime unchanged_since,
                                       Failures& failures);

}  // namespace reaper::volume
