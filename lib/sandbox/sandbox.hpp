#pragma once

#include "sandbox/needs.hpp"

#include <array>
#include <string>
#include <string_view>

namespace reaper::sandbox {

/// One thing that the process gives up, and whether it could.
struct Part {
  std::string_view name;  ///< e.g. `files`
  bool active = false;
  std::string detail;  ///< for people: how it is done, or why it is not, e.g. `Landlock 7`
};

/// The parts, in the order in which they are entered:
///   privileges    no_new_privs: nothing that is executed gains any
///   process       not dumpable, so that no process of the same user can read its memory; no core file; no more
///                 descriptors than it has been given
///   files         Landlock: reads, removes, renames and makes names only below the directory that holds the root, and
///                 reads the files it must read again
///   network       Landlock: no TCP socket is bound or connected any more
///   system_calls  seccomp: only those of the list
using Parts = std::array<Part, 5>;

/// False in a build with a sanitizer, whose runtime reads /proc, makes processes and maps memory at will.
#ifdef CHART_REAPER_SANITIZED
inline constexpr bool k_is_possible = false;
#else
inline constexpr bool k_is_possible = true;
#endif

/// Confines the process for good; tells of each part whether this kernel and container let it. A part that is missing
/// leaves the others as they are. To be called when everything is set up and before the first thread is started:
/// threads inherit what the one that starts them has given up, and Landlock does not reach those that run already.
[[nodiscard]] Parts enter(const Needs& needs);

/// The parts, none of them active, all for the same reason.
[[nodiscard]] Parts not_entered(std::string_view reason);

/// The parts that are active, or those that are not, for people: `files (Landlock 7), system_calls (seccomp)`.
[[nodiscard]] std::string list_parts(const Parts& parts, bool active);

}  // namespace reaper::sandbox
