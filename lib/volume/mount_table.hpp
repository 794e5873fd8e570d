#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::volume {

/// The needed parts of a mount in /proc/self/mountinfo (proc(5)), without escapes.
struct Mount {
  std::string type;       ///< file-system type with the FUSE subtype, e.g. `fuse.sshfs`
  std::string source;     ///< e.g. `server:/export`; any text that the mounting program chose
  std::string options;    ///< of the file system, separated by commas
  std::string top = "/";  ///< the directory of the file system that is mounted; not `/` for a bind mount
};

/// The mount to find, as statx(2) reports it for a directory.
struct MountKey {
  std::optional<std::uint64_t> id = {};  ///< empty on kernels before 5.8, which do not report it
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;
  std::string_view path = {};  ///< path of the directory; only used without the id
};

/// Returns the mount with the id. If the table does not have the id, returns a mount of the same device: the one with
/// the longest mount point that contains the path, or any other, because all of them are the same file system. Returns
/// nothing if there is none. Skips lines that it cannot parse.
[[nodiscard]] std::optional<Mount> find_mount(std::string_view table, const MountKey& key);

}  // namespace reaper::volume
