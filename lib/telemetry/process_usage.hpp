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

/// The resources that the program uses. Values that the system does not report are empty.
struct ProcessUsage {
  std::chrono::duration<double> cpu{};  ///< user and system time of all threads
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> virtual_bytes;
  std::optional<std::uint64_t> open_descriptors;
  std::optional<std::uint64_t> max_descriptors;  ///< the soft limit
  std::optional<base::FileTime> started;
};

/// Values of /proc/self/stat (proc(5)).
struct ProcessStat {
  std::uint64_t start_ticks = 0;  ///< since boot
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};

/// Parses a line of /proc/self/stat. The second value may contain anything, even spaces and parentheses. Returns
/// nothing if the line is malformed.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view line);

/// Reads the usage from files that are opened once, so that it still works inside the sandbox.
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
