#pragma once

#include "sandbox/needs.hpp"

#include <array>
#include <string>
#include <string_view>

namespace reaper::sandbox {

/// One part of the sandbox and its state.
struct Part {
  std::string_view name;  ///< e.g. `files`
  bool active = false;
  std::string detail;  ///< how it works or why it is missing, e.g. `Landlock 7`
};

/// The parts, in the order in which they are entered:
///   privileges    no_new_privs: execve(2) never grants more rights
///   process       not dumpable, so that other processes of the user cannot read its memory; no core file; no more
///                 descriptors than the present limit
///   files         Landlock: read, remove, rename and create only below the parent of the root; read the files that
///                 are read again
///   network       Landlock: no bind(2) or connect(2) of TCP sockets
///   system_calls  seccomp: only the calls on the list
using Parts = std::array<Part, 5>;

/// False in builds with a sanitizer. Its runtime reads /proc, creates processes and maps memory freely.
#ifdef CHART_REAPER_SANITIZED
inline constexpr bool k_is_possible = false;
#else
inline constexpr bool k_is_possible = true;
#endif

/// Enters the sandbox for good. Returns for each part if the kernel and container allowed it; a missing part does not
/// affect the others. Call it after the set-up and before the first thread is started: threads inherit the restrictions
/// of their creator, and Landlock does not restrict running threads.
[[nodiscard]] Parts enter(const Needs& needs);

/// Returns all parts as missing, for the same reason.
[[nodiscard]] Parts not_entered(std::string_view reason);

/// Returns the active or the missing parts as text: `files (Landlock 7), system_calls (seccomp)`.
[[nodiscard]] std::string list_parts(const Parts& parts, bool active);

}  // namespace reaper::sandbox
