#pragma once

#include "base/error.hpp"
#include "sandbox/needs.hpp"

namespace reaper::sandbox {

/// Restricts the process with all its threads to the system calls that the daemon makes after its set-up (seccomp(2)).
/// This cannot be undone. Needs no_new_privs.
///
/// Every other call fails with ENOSYS, as on a kernel without that call. The C library has a fallback for that error,
/// so a call that only a newer C library makes does not end the daemon. The kernel kills the process for calls that
/// only an attack would make, such as execve(2) and ptrace(2).
[[nodiscard]] base::Result<void> restrict_system_calls(const Needs& needs);

}  // namespace reaper::sandbox
