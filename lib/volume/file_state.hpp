#pragma once

#include "charts/chart.hpp"

#include <cstdint>

struct statx;
struct statx_timestamp;

namespace reaper::volume {

/// What statx(2) says of a file, in the catalog's terms.

/// The kernel's 32-bit device number: major << 20 | minor.
[[nodiscard]] std::uint32_t device_of(const struct statx& file);

/// Nanoseconds since 1970. Times further than 146 years from it are moved there: such a time is wrong anyway, stays
/// wrong in the same direction, and the difference of two cannot overflow.
[[nodiscard]] std::int64_t nanoseconds(const struct statx_timestamp& time);

/// Whether something is mounted exactly here. Kernels before 5.8 do not say; for a directory openat2 still does.
[[nodiscard]] bool is_mount_point(const struct statx& file);

/// What the file counts against the limit: its size. A sparse file larger than any real chart counts what it occupies,
/// because a single hole of 1 TB would otherwise sweep away every other chart.
[[nodiscard]] std::uint64_t counted_bytes(const struct statx& file);

/// What the file occupies on the volume, in whole blocks.
[[nodiscard]] std::uint64_t allocated_bytes(const struct statx& file);

/// All that a catalog wants to know of the file.
[[nodiscard]] charts::ChartState chart_state(const struct statx& file);

/// The state of the file, to compare with an earlier or later one.
[[nodiscard]] charts::Fingerprint fingerprint(const struct statx& file);

}  // namespace reaper::volume
