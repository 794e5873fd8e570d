#include "volume/rename.hpp"

#include "volume/quarantine_name.hpp"

#include <linux/fs.h>
#include <sys/stat.h>

#include <cerrno>

namespace reaper::volume {
namespace {

/// Unlinks the first of the file's two names.
int unlink_first_name(System& system, int directory, RenamePair names) {
  const int unlinked = system.unlink_at(directory, names.from.c_str(), 0);
  if (unlinked == 0) return k_renamed_by_linking;
  // A server may have done the unlink although its answer was lost. Then only the new name is left.
  struct statx first {};
  const int found = unlinked == -ENOENT ? unlinked : system.stat_synced_at(directory, names.from.c_str(), first);
  if (found == -ENOENT) return k_renamed_by_linking;
  // No other program uses a quarantine name. Another name may already belong to a writer, so its link stays. If this
  // call fails too, the next scan finds the quarantine name.
  if (found == 0 && is_quarantine_name(names.to)) static_cast<void>(system.unlink_at(directory, names.to.c_str(), 0));
  return unlinked;
}

}  // namespace

int rename_without_replacing(System& system, int directory, RenamePair names) {
  const char* const from = names.from.c_str();
  const char* const to = names.to.c_str();
  const int renamed = system.rename_at(directory, from, to, RENAME_NOREPLACE);
  if (renamed != -EINVAL && renamed != -ENOSYS) return renamed;

  const int linked = system.link_at(directory, from, to);
  if (linked == 0) return unlink_first_name(system, directory, names);
  if (linked == -EEXIST || linked == -ENOENT) return linked;

  struct statx existing {};
  const int found = system.stat_at(directory, to, existing);
  if (found == 0) return -EEXIST;
  if (found != -ENOENT) return found;
  const int plainly = system.rename_at(directory, from, to, 0);
  return plainly < 0 ? plainly : k_renamed_after_looking;
}

}  // namespace reaper::volume
