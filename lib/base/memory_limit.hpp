#pragma once

#include "base/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reaper::base {

/// The memory that this process and its kernel objects may take by its control groups (cgroups(7)): a container's limit
/// or a unit's. The files are opened once, so that a limit that changes is seen also after the program has given up the
/// right to open others.
class MemoryLimit {
 public:
  /// Finds the groups by `cgroup` and `mountinfo` in this directory, as proc(5) describes them. A system without
  /// control groups, or without /proc, sets no limit.
  explicit MemoryLimit(const std::string& process_directory = "/proc/self");

  /// The smallest limit of the group and of those above it that can be seen from here; nothing if there is none.
  [[nodiscard]] std::optional<std::uint64_t> bytes() const;

  /// Returns the memory that may still be taken before the first of these limits is reached. Caches count as used.
  /// Returns nothing if there is no limit.
  [[nodiscard]] std::optional<std::uint64_t> free_bytes() const;

 private:
  /// The files of one group.
  struct Group {
    FileDescriptor limit;
    FileDescriptor usage;
  };
  static void open_upwards(const std::string& mount, std::string below, bool is_unified, std::vector<Group>& groups);

  std::vector<Group> groups_;
};

/// The number that a file of the kernel's holds now; nothing if it holds none, `max` for example, or cannot be read.
[[nodiscard]] std::optional<std::uint64_t> read_number(const FileDescriptor& file);

}  // namespace reaper::base
