#pragma once

#include "base/error.hpp"
#include "sandbox/needs.hpp"

namespace reaper::sandbox {

/// Returns the version of Landlock in this kernel, from 1. Returns ENOSYS if the kernel lacks Landlock, EOPNOTSUPP if
/// it was disabled at boot.
[[nodiscard]] base::Result<int> landlock_version();

/// The first version that restricts TCP.
inline constexpr int k_landlock_with_tcp = 4;

/// Restricts the calling thread and the threads that it starts later. They may only access the files in `needs`. They
/// may not call bind(2) or connect(2) for TCP, if the kernel supports that. Open descriptors stay usable. Needs
/// no_new_privs. Returns the version that was used.
///
/// Landlock does not restrict stat(2), chmod(2), chown(2), utime(2) and setxattr(2): see system_calls.hpp.
[[nodiscard]] base::Result<int> restrict_files(const Needs& needs);

}  // namespace reaper::sandbox
