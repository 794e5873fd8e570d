#pragma once

#include "base/error.hpp"
#include "sandbox/needs.hpp"

namespace reaper::sandbox {

/// Leaves the process, with all its threads, the system calls that the daemon makes once it is set up (seccomp(2)).
/// There is no way back. Needs no_new_privs.
///
/// Any other call fails with ENOSYS, as on a kernel that has not got it: that is the error for which the C library has
/// a second way, so that a call which only a newer C library makes does not end the daemon. Calls that nothing but an
/// attack would make, such as execve(2) and ptrace(2), end the process.
[[nodiscard]] base::Result<void> restrict_system_calls(const Needs& needs);

}  // namespace reaper::sandbox
