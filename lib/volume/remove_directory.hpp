#pragma once

#include "base/clock.hpp"
#include "volume/failures.hpp"
#include "volume/removal_result.hpp"
#include "volume/root.hpp"

#include <string>

namespace reaper::volume {

/// Removes the directory if it is empty and no entry was created or removed in it after `unchanged_since`. Returns
/// `gone` if it does not exist, `changed` if it has or had entries.
[[nodiscard]] Outcome remove_directory(Root& root, const std::string& path, base::FileTime unchanged_since,
                                       Failures& failures);

}  // namespace reaper::volume
