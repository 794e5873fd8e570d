#include "volume/rename.hpp"

#include <linux/fs.h>
#include <sys/stat.h>

#include <cerrno>

namespace reaper::volume {

int rename_without_replacing(System& system, int directory, Names names) {
  const char* const from = names.from.c_str();
  const char* const to = names.to.c_str();
  const int renamed = system.rename_at(directory, from, to, RENAME_NOREPLACE);
  if (renamed != -EINVAL && renamed != -ENOSYS) return renamed;

  const int linked = system.link_at(directory, from, to);
  if (linked == 0) return system.unlink_at(directory, from, 0);
  if (linked == -EEXIST || linked == -ENOENT) return linked;

  struct statx existing {};
  const int found = system.stat_at(directory, to, existing);
  if (found == 0) return -EEXIST;
  if (found != -ENOENT) return found;
  const int plainly = system.rename_at(directory, from, to, 0);
  return plainly < 0 ? plainly : k_renamed_after_looking;
}

}  // namespace reaper::volume
