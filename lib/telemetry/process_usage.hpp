#pragma once

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"

#include <dirent.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace reaper::telemetry {

/// What the program takes of its machine. What the system does not say is left out.
struct ProcessUsage {
  std::chrono::duration<double> cpu{};  ///< user and system time of all threads
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> virtual_bytes;
  std::optional<std::uint64_t> open_descriptors;
  std::optional<std::uint64_t> max_descriptors;  ///< the soft limit
  std::optional<base::FileTime> started;
};

/// Some of the values of /proc/self/stat (proc(5)).
struct ProcessStat {
  std::uint64_t start_ticks = 0;  ///< since boot
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};

/// Reads a line of /proc/self/stat, in which the second value may hold anything, spaces and parentheses included.
/// Nothing if it is not one.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view line);

/// Reads the usage again and again from files that are opened once, so that it still can when the program has given up
/// the right to open others.
class ProcessObserver {
 public:
  explicit ProcessObserver(const base::Clock& clock);

  [[nodiscard]] ProcessUsage read() const;

 private:
  struct CloseDirectory {
    void operator()(DIR* directory) const noexcept;
  };

  [[nodiscard]] std::optional<ProcessStat> stat() const;
  [[nodiscard]] std::optional<std::uint64_t> count_descriptors() const;

  base::FileDescriptor stat_;
  std::unique_ptr<DIR, CloseDirectory> descriptors_;
  std::optional<base::FileTime> started_;
};

}  // namespace reaper::telemetry
