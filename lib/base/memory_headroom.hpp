#pragma once

#include <cstddef>

namespace reaper::base {

/// Makes `bytes` of the control group's memory limit free, as far as the kernel can drop its caches for the program. It
/// allocates that much memory and releases it at once.
///
/// While a directory is read, most of the kernel's own allocations must not wait for the file system (GFP_NOFS), so
/// they cannot free cached inodes and names. If those caches have filled a small limit, such an allocation fails and
/// the kernel kills the program. Memory of the program itself does make the kernel free its caches.
void make_headroom(std::size_t bytes);

}  // namespace reaper::base
