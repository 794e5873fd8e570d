#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace reaper::sandbox {

/// What must still be possible once the process has confined itself. Paths are those of the settings, relative ones
/// and links included.
struct Needs {
  std::string root;                     ///< the chart directory: its files are read, renamed, linked and removed
  std::vector<std::string> read;        ///< files that are read again: settings and token
  std::vector<std::string> append;      ///< files that are appended to, and made anew once they were rotated away
  std::vector<std::string> remove;      ///< files that are removed at the end: Unix sockets
  std::vector<const void*> openings{};  ///< the addresses of all that openat2(2) is called with; empty: not known
  std::uint32_t watch_events = 0;       ///< the one mask with which directories may be followed; 0: none may
};

}  // namespace reaper::sandbox
