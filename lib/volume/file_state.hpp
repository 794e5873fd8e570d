#pragma once

#include "charts/chart.hpp"
#include "volume/volume_traits.hpp"

#include <cstdint>

struct statx;
struct statx_timestamp;

namespace reaper::volume {

/// Conversions from statx(2) to the catalog's types.

/// Returns the kernel's 32-bit device number: major << 20 | minor.
[[nodiscard]] std::uint32_t device_of(const struct statx& file);

/// Returns nanoseconds since 1970. Times more than 146 years away are clamped to that. They are wrong anyway, stay
/// wrong in the same direction, and the difference of two times cannot overflow.
[[nodiscard]] std::int64_t nanoseconds(const struct statx_timestamp& time);

/// Returns true if the file is a mount point. Kernels before 5.8 do not report that; for directories openat2(2) still
/// does.
[[nodiscard]] bool is_mount_point(const struct statx& file);

/// Returns the bytes that count against the size limit: the file's size. For a file larger than any real chart it is
/// the space on disk if that is less. Otherwise one sparse file with a hole of 1 TB would make the sweep remove every
/// other chart.
[[nodiscard]] std::uint64_t counted_bytes(const struct statx& file);

/// Returns the bytes that the file takes on the volume, in whole blocks.
[[nodiscard]] std::uint64_t allocated_bytes(const struct statx& file);

/// Returns everything that the catalog stores about the file.
[[nodiscard]] charts::ChartState chart_state(const struct statx& file, const VolumeAbilities& volume);

/// Returns the identity and state of the file, for comparison with another look at it. Where a file does not keep its
/// inode number, the number is 0.
[[nodiscard]] charts::Fingerprint fingerprint(const struct statx& file, const VolumeAbilities& volume);

}  // namespace reaper::volume
