#pragma once

#include "volume/system.hpp"

#include <string>

namespace reaper::volume {

/// The two names of a rename within one directory.
struct RenamePair {
  const std::string& from;
  const std::string& to;
};

/// Returned by rename_without_replacing instead of 0 if only a look before the rename kept it from replacing.
inline constexpr int k_renamed_after_looking = 1;

/// Returned instead of 0 if the file got a second name and lost the first. The number of links says nothing
/// from then on: a FUSE or NFS client keeps an open file under a hidden name.
inline constexpr int k_renamed_by_linking = 2;

/// Renames within a directory; -EEXIST if the new name is taken, another negative errno on a failure, else 0 or one of
/// the values above.
///
/// Volumes without RENAME_NOREPLACE (FUSE, NFS) get a second name and lose the first: linkat never replaces either. If
/// the first name cannot be taken away, a second one that is a quarantine name is taken back.
/// Where there are no hard links either, it looks whether the name is free and then renames.
[[nodiscard]] int rename_without_replacing(System& system, int directory, RenamePair names);

}  // namespace reaper::volume
