#pragma once

#include <cstddef>

namespace reaper::base {

/// Makes sure that so many bytes of the control group's memory limit are free, as far as the kernel can take back what
/// it caches for the program: it takes this memory, and gives it back at once.
///
/// While a directory is read, most of the kernel's own allocations must not wait for the file system (GFP_NOFS), and
/// cannot take back inodes and names for that reason. Where these have filled a small limit, such an allocation ends
/// the program; memory of the program itself is what they are taken back for.
void make_headroom(std::size_t bytes);

}  // namespace reaper::base
