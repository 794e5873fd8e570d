#pragma once

#include <cstdint>

struct stat;

namespace reaper::base {

/// Tells one state of a file from another, to notice that the file has changed or is another one.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;
  std::int64_t size_bytes = 0;
  std::int64_t modified_ns = 0;  ///< since 1970
  std::int64_t changed_ns = 0;   ///< of the content, the name or the rights
  int error_number = 0;          ///< errno of a failed look at the file; all else is 0 then

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// The stamp of a file in this state.
[[nodiscard]] FileStamp file_stamp(const struct stat& file);

}  // namespace reaper::base
