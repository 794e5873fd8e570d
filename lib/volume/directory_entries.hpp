#pragma once

#include <dirent.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace reaper::volume {

/// The size that glibc's readdir uses. It holds about a thousand entries a call and fits into the processor's cache.
inline constexpr std::size_t k_entries_buffer_bytes = 32 * 1024;

/// One directory entry, as getdents64(2) returns it.
struct Entry {
  unsigned char type = DT_UNKNOWN;
  std::string_view name;  ///< NUL-terminated

  [[nodiscard]] bool is_self_or_parent() const { return name == "." || name == ".."; }
};

/// Returns the entry at the front of `bytes` and removes it from them.
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
