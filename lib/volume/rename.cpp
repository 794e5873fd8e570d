#include "volume/rename.hpp"

#include "volume/quarantine_name.hpp"

#include <linux/fs.h>
#include <sys/stat.h>

#include <cerrno>

namespace reaper::volume {
namespace {

/// The file has both names; takes the first one away.
int unlink_first_name(System& system, int directory, RenamePair names) {
  const int unlinked = system.unlink_at(directory, names.from.c_str(), 0);
  if (unlinked == 0) return k_renamed_by_linking;
  // A server may have carried out a call whose answer was lost: then the new name is the only one left.
  struct statx first {};
  const int found = unlinked == -ENOENT ? unlinked : system.stat_synced_at(directory, names.from.c_str(), first);
  if (found == -ENOENT) return k_renamed_by_linking;
  // Nobody else uses a quarantine name. Any other name may already be a writer's, so the second link stays there. If
  // this call fails too, the next scan finds the quarantine name.
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
