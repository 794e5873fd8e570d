#pragma once

#include "base/clock.hpp"
#include "charts/name_pool.hpp"

#include <cstdint>

namespace reaper::charts {

/// Positions of charts and of directories in a Catalog, 32 bits wide so that a million charts stay small. What was
/// forgotten leaves its position to others.
using ChartIndex = std::uint32_t;
using DirectoryIndex = std::uint32_t;
inline constexpr ChartIndex k_no_chart = 0xffffffffU;

/// Sizes up to 512 MiB stand in the record itself.
inline constexpr unsigned k_small_bytes_bits = 29;

/// What a chart takes of the volume. Most follows from its size and needs no memory.
enum class Allocation : std::uint32_t {
  whole_blocks,  ///< its size in whole blocks
  none,          ///< nothing: a hole, or content that fits into the inode
  apart,         ///< something else, which the catalog keeps apart
};

/// The slot of a chart that stands nowhere in the order: one that was forgotten.
inline constexpr std::uint32_t k_nowhere = 0xffffffffU;

/// One chart. 32 bytes, so that a million of them, with their order, their names and directories, stay under 64 MiB.
struct Chart {
  std::int64_t modified_ns = 0;  ///< the time by which the chart is ordered and aged, see `future`
  std::uint32_t digest = 0;      ///< Fingerprint::digest
  DirectoryIndex directory = 0;
  std::uint32_t small_bytes : k_small_bytes_bits = 0;  ///< see Catalog::counted_bytes
  std::uint32_t future : 1 = 0;                        ///< its own time lay in the future when it was first seen
  std::uint32_t allocation : 2 = 0;                    ///< an Allocation
  std::uint32_t name : k_name_id_bits = 0;             ///< a NameId
  std::uint32_t linked : 1 = 0;                        ///< has another hard link
  std::uint32_t seen : 1 = 0;                          ///< in the reading of its directory that is under way
  std::uint32_t excluded : 1 = 0;                      ///< see Catalog::exclude_from_plan
  ChartIndex next = k_no_chart;                        ///< the next chart of its directory
  std::uint32_t slot = k_nowhere;                      ///< its place in the AgeOrder

  [[nodiscard]] base::FileTime modified() const noexcept {
    return base::FileTime(std::chrono::nanoseconds(modified_ns));
  }
};
static_assert(sizeof(Chart) == 32, "the documents promise a catalog of 32 bytes a chart");

}  // namespace reaper::charts
