#pragma once

#include "volume/system.hpp"

#include <string>

namespace reaper::volume {

/// The two names of a rename within one directory.
struct RenamePair {
  const std::string& from;
  const std::string& to;
};

/// Success of rename_without_replacing, if it could only check that the new name was free and then rename.
inline constexpr int k_renamed_after_looking = 1;

/// Success, if the file got a second name and lost the first. The link count is unreliable from then on: a FUSE or NFS
/// client keeps an open file under a hidden name.
inline constexpr int k_renamed_by_linking = 2;

/// Renames a file within a directory without replacing another one, as far as the volume can. Returns 0 or one of the
/// values above; -EEXIST if the new name is taken; another negative errno on failure.
///
/// Without RENAME_NOREPLACE (FUSE, NFS) it creates a second hard link, as linkat(2) never replaces a file, and unlinks
/// the first name. If that unlink fails, it removes the second link again, provided that link is a quarantine name.
/// Without hard links it checks that the new name is free and then renames: a file created in between is replaced.
[[nodiscard]] int rename_without_replacing(System& system, int directory, RenamePair names);

}  // namespace reaper::volume
