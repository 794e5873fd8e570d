#pragma once

#include "base/file_descriptor.hpp"
#include "base/memory_limit.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace reaper::volume {

/// The resources that the system allows this program. A value is empty if the system does not report it.
struct SystemLimits {
  std::optional<std::uint64_t> memory_bytes;            ///< limit of the control groups
  std::optional<std::uint64_t> user_watches;            ///< inotify watches for all programs of the user together
  std::optional<std::uint64_t> free_memory_bytes = {};  ///< free of `memory_bytes`; caches count as used

  /// Returns true if the limits are the same; free memory is not compared.
  [[nodiscard]] bool same_as(const SystemLimits& other) const {
    return memory_bytes == other.memory_bytes && user_watches == other.user_watches;
  }
};

/// Returns the current limits.
using ReadSystemLimits = std::function<SystemLimits()>;

/// Reads the limits repeatedly, from files that it opens once.
class SystemLimitsReader {
 public:
  /// `proc` is the directory of proc(5); tests use another one.
  explicit SystemLimitsReader(const std::string& proc = "/proc");

  [[nodiscard]] SystemLimits read() const;

 private:
  base::MemoryLimit memory_;
  base::FileDescriptor user_watches_;
  base::FileDescriptor namespace_watches_;  // of the user namespace, e.g. of a rootless container
};

}  // namespace reaper::volume
