#pragma once

#include "sandbox/needs.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace reaper::test {

/// How a child process ended.
struct Ended {
  int code = 0;    ///< what its work returned: an errno, 0 for none
  int signal = 0;  ///< what killed it; 0 if nothing did

  friend bool operator==(const Ended&, const Ended&) = default;
};

inline constexpr Ended k_fine{};

/// Runs the work in a child process, so that what it gives up is not lost to the other tests. The work returns an errno
/// or 0; it must not use Catch's macros.
[[nodiscard]] Ended in_child(const std::function<int()>& work);

/// The same in a child that has entered the whole sandbox. `meanwhile` runs outside of it, between its entering and its
/// work. The result is nothing if this machine has no Landlock: then the files are open and there is nothing to test.
[[nodiscard]] std::optional<Ended> in_sandbox(
    const sandbox::Needs& needs, const std::function<int()>& work, const std::function<void()>& meanwhile = [] {});

/// The errno of a system call that returned this; 0 if it succeeded.
[[nodiscard]] int error_of(long result);

/// Makes system calls fail with this error for the rest of the process's life, as an old kernel or a container's
/// profile does. The calls are given by their numbers.
void forbid(const std::vector<int>& calls, int error_number);

}  // namespace reaper::test
