#pragma once

#include "base/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reaper::base {

/// The memory limit of this process and its kernel objects by control groups (cgroups(7)), of a container or a unit.
/// The files are opened once. So a changed limit is seen even after the sandbox forbids to open others.
class MemoryLimit {
 public:
  /// Finds the groups through `cgroup` and `mountinfo` in `process_directory`, see proc(5). Without control groups or
  /// /proc there is no limit.
  explicit MemoryLimit(const std::string& process_directory = "/proc/self");

  /// Returns the smallest limit of the group and of its visible ancestors; nothing if there is none.
  [[nodiscard]] std::optional<std::uint64_t> bytes() const;

  /// Returns the memory that is left before one of these limits is reached; nothing if there is no limit. Caches count
  /// as used.
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

/// Returns the number in a file of the kernel. Returns nothing if the file cannot be read or has no number, e.g. `max`.
[[nodiscard]] std::optional<std::uint64_t> read_number(const FileDescriptor& file);

}  // namespace reaper::base
