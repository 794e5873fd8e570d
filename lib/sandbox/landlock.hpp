#pragma once

#include "base/error.hpp"
#include "sandbox/needs.hpp"

namespace reaper::sandbox {

/// The version of Landlock's interface that this kernel offers, from 1. ENOSYS if it has none, EOPNOTSUPP if it was
/// switched off at boot.
[[nodiscard]] base::Result<int> landlock_version();

/// The first version that knows about TCP.
inline constexpr int k_landlock_with_tcp = 4;

/// Takes from the calling thread, and from those it starts later, every access to files but what is needed, and any
/// bind(2) and connect(2) of TCP where the kernel knows of them. What is open already stays usable. Needs
/// no_new_privs. Returns the version that was used.
///
/// Not within Landlock's reach are stat(2), chmod(2), chown(2), utime(2) and setxattr(2): see system_calls.hpp.
[[nodiscard]] base::Result<int> restrict_files(const Needs& needs);

}  // namespace reaper::sandbox
