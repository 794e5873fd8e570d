#pragma once

#include "base/file_descriptor.hpp"
#include "base/memory_limit.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace reaper::volume {

/// What the system lets this program have. Nothing where it does not say.
struct SystemLimits {
  std::optional<std::uint64_t> memory_bytes;            ///< of its control groups
  std::optional<std::uint64_t> user_watches;            ///< inotify watches of all programs of the user together
  std::optional<std::uint64_t> free_memory_bytes = {};  ///< of the memory limit, caches counted as used

  /// Whether the limits are the same, however much of them is in use.
  [[nodiscard]] bool same_as(const SystemLimits& other) const {
    return memory_bytes == other.memory_bytes && user_watches == other.user_watches;
  }
};

/// Tells what the system lets the program have now.
using ReadSystemLimits = std::function<SystemLimits()>;

/// Reads the limits again and again, from files that are opened once.
class SystemLimitsReader {
 public:
  /// Where to find what proc(5) describes; another place in tests.
  explicit SystemLimitsReader(const std::string& proc = "/proc");

  [[nodiscard]] SystemLimits read() const;

 private:
  base::MemoryLimit memory_;
  base::FileDescriptor user_watches_;
  base::FileDescriptor namespace_watches_;  // of the user namespace, a rootless container's for example
};

}  // namespace reaper::volume
