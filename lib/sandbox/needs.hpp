#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace reaper::sandbox {

/// The access that the process still needs inside the sandbox. Paths are those of the settings; they may be relative or
/// contain links.
struct Needs {
  std::string root;                     ///< the chart directory: files are read, renamed, linked and removed
  std::vector<std::string> read;        ///< files that are read again: settings and token
  std::vector<std::string> append;      ///< files that are appended to, and created again after log rotation
  std::vector<std::string> remove;      ///< files that are removed at the end: Unix sockets
  std::vector<const void*> openings{};  ///< addresses of the arguments of openat2(2); empty if unknown
  std::uint32_t watch_events = 0;       ///< the only mask allowed for watching directories; 0 for none
};

}  // namespace reaper::sandbox
