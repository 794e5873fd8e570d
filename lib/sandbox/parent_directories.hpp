#pragma once

#include <string>
#include <vector>

namespace reaper::sandbox {

/// The directories below which a path stays usable when what it names is replaced, without duplicates: the one that
/// holds the path as it is written, and the one that holds what it leads to through links. A rule of Landlock is tied
/// to an inode, so that one on the file itself is lost with the first rename over it, and one on a directory with the
/// first mount on it; both are found below the directory that holds them (landlock(7)).
///
/// For what lies directly in `/` it is the path itself, because a rule on `/` would be none.
[[nodiscard]] std::vector<std::string> parent_directories(const std::string& path);

}  // namespace reaper::sandbox
