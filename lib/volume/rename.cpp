#include "volume/rename.hpp"

#include <linux/fs.h>
#include <sys/stat.h>

#include <cerrno>

namespace reaper::volume {
namespace {

/// Unlinks the quarantine name of a chart that has its own name again. Returns 0 or a negative errno.
int unlink_quarantine_name(System& system, int directory, const std::string& name) {
  const int unlinked = system.unlink_at(directory, name.c_str(), 0);
  if (unlinked == 0 || unlinked == -ENOENT) return 0;
  // A server may have done the unlink although its answer was lost. Otherwise both names stay: the chart's own name may
  // already belong to a writer, and the next scan finds the quarantine name.
  struct statx file {};
  return system.stat_synced_at(directory, name.c_str(), file) == -ENOENT ? 0 : unlinked;
}

/// Renames the file unless the new name is taken. A file that is created in between is replaced.
int rename_after_checking(System& system, int directory, RenamePair names) {
  struct statx existing {};
  const int found = system.stat_at(directory, names.to.c_str(), existing);
  if (found == 0) return -EEXIST;
  if (found != -ENOENT) return found;
  return system.rename_at(directory, names.from.c_str(), names.to.c_str(), 0);
}

/// Returns true if the volume does not know RENAME_NOREPLACE.
bool lacks_flag(int result) { return result == -EINVAL || result == -ENOSYS; }

}  // namespace

int rename_to_quarantine(System& system, int directory, RenamePair names) {
  const int renamed = system.rename_at(directory, names.from.c_str(), names.to.c_str(), RENAME_NOREPLACE);
  return lacks_flag(renamed) ? rename_after_checking(system, directory, names) : renamed;
}

int rename_from_quarantine(System& system, int directory, RenamePair names, Unlinking unlinking) {
  const int renamed = system.rename_at(directory, names.from.c_str(), names.to.c_str(), RENAME_NOREPLACE);
  if (!lacks_flag(renamed)) return renamed;
  if (unlinking == Unlinking::works) {
    const int linked = system.link_at(directory, names.from.c_str(), names.to.c_str());
    if (linked == 0) return unlink_quarantine_name(system, directory, names.from);
    if (linked == -EEXIST || linked == -ENOENT) return linked;
  }
  const int checked = rename_after_checking(system, directory, names);
  return checked < 0 ? checked : k_renamed_after_checking;
}

}  // namespace reaper::volume
