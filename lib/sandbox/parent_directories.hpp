#pragma once

#include <string>
#include <vector>

namespace reaper::sandbox {

/// Returns the directories below which a path stays usable even if its file is replaced, without duplicates. They are
/// the parent of the path as written, and the parent of the file that its links lead to. A Landlock rule is tied to an
/// inode. So a rule for the file itself would be lost when another file is renamed over it, and a rule for a directory
/// when something is mounted on it. A rule for the parent covers both (landlock(7)).
///
/// For a path directly in `/` it returns the path itself, because a rule for `/` would restrict nothing.
[[nodiscard]] std::vector<std::string> parent_directories(const std::string& path);

}  // namespace reaper::sandbox
