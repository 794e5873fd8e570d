#pragma once

#include <dirent.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace reaper::volume {

/// What glibc's readdir uses, too: large enough for a thousand entries a call, small enough for the cache.
inline constexpr std::size_t k_entries_buffer_bytes = 32 * 1024;

/// One entry of a directory, as getdents64(2) lays it out.
struct Entry {
  unsigned char type = DT_UNKNOWN;
  std::string_view name;  ///< NUL-terminated

  [[nodiscard]] bool is_self_or_parent() const { return name == "." || name == ".."; }
};

/// Reads one entry at the front of the bytes and takes it off them.
inline Entry take_entry(std::span<const std::byte>& bytes) {
  std::uint16_t length = 0;
  Entry entry;
  std::memcpy(&length, bytes.data() + offsetof(dirent64, d_reclen), sizeof length);
  std::memcpy(&entry.type, bytes.data() + offsetof(dirent64, d_type), sizeof entry.type);
  entry.name = reinterpret_cast<const char*>(bytes.data() + offsetof(dirent64, d_name));
  bytes = bytes.subspan(length);
  return entry;
}

}  // namespace reaper::volume
