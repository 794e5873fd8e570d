#pragma once

#include "sandbox/needs.hpp"

#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace reaper::test {

/// The end of a child process.
struct Ended {
  int code = 0;    ///< the errno that its work returned, 0 for none
  int signal = 0;  ///< the signal that killed it, or 0

  friend bool operator==(const Ended&, const Ended&) = default;
};

inline constexpr Ended k_fine{};
inline constexpr Ended k_no_such_call{ENOSYS, 0};

/// Runs the work in a child process, because a process cannot leave the sandbox again. The work returns an errno or 0,
/// and must not use Catch's macros.
[[nodiscard]] Ended in_child(const std::function<int()>& work);

/// Runs the work in a child that has entered the whole sandbox. `meanwhile` runs outside, after the child has entered
/// and before its work. Returns nothing if this machine has no Landlock: files are then not restricted and there is
/// nothing to test.
[[nodiscard]] std::optional<Ended> in_sandbox(
    const sandbox::Needs& needs, const std::function<int()>& work, const std::function<void()>& meanwhile = [] {});

/// Returns the errno of a system call with this result; 0 if it succeeded.
[[nodiscard]] int error_of(long result);

/// Opens a file and closes it. Returns the errno, or 0.
[[nodiscard]] int try_open(const std::string& path, int flags);

/// Makes these system calls (by number) fail with the error until the process ends, like an old kernel or a container's
/// profile.
void forbid(const std::vector<int>& calls, int error_number);

}  // namespace reaper::test
