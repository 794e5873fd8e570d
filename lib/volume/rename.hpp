#pragma once

#include "volume/system.hpp"

#include <string>

namespace reaper::volume {

/// The two names of a rename within one directory.
struct RenamePair {
  const std::string& from;
  const std::string& to;
};

/// Success of rename_from_quarantine, if it could only check that the chart's own name was free and then rename.
inline constexpr int k_renamed_after_checking = 1;

// Both rename a file within a directory without replacing another one, as far as the volume can. They return 0 or the
// value above; -EEXIST if the new name is taken; another negative errno on failure.

/// Gives a chart its quarantine name. Without RENAME_NOREPLACE (FUSE, NFS) it checks that the name is free and then
/// renames: no other program uses that name. A hard link would be unsafe. A writer could rename a new chart over the
/// chart's own name right after the link, and our unlink of that name would remove the new chart. A rename moves the
/// file that has the name at that moment, and the caller compares it.
[[nodiscard]] int rename_to_quarantine(System& system, int directory, RenamePair names);

/// Says if unlinkat(2) works in the directory. After it failed, a rename must not depend on it.
enum class Unlinking : bool { works, fails };

/// Gives a quarantined chart its own name again. Without RENAME_NOREPLACE it creates a second hard link, as linkat(2)
/// never replaces a file, and unlinks the quarantine name. Without hard links, or if unlinking fails, it checks that
/// the name is free and then renames: a chart that a writer creates in between is replaced.
[[nodiscard]] int rename_from_quarantine(System& system, int directory, RenamePair names,
                                         Unlinking unlinking = Unlinking::works);

}  // namespace reaper::volume
