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
inline constexpr DirectoryIndex k_root = 0;
inline constexpr DirectoryIndex k_no_directory = 0xffffffffU;

/// Sizes up to 512 MiB stand in the record itself.
inline constexpr unsigned k_small_bytes_bits = 29;

/// How the space that a chart takes on the volume is known. It nearly always follows from the size, without memory.
enum class Allocation : std::uint32_t {
  whole_blocks,  ///< its size in whole blocks
  none,          ///< nothing: a hole, or content that fits into the inode
  apart,         ///< something else, which the catalog keeps apart
};

/// The slot of a chart that stands nowhere in the order: one that was forgotten.
inline constexpr std::uint32_t k_nowhere = 0xffffffffU;

/// One chart. 32 bytes, so that a million of them, with their order, their names and directories, stay under 64 MiB.
/// Its sizes and its name are the catalog's to tell.
class Chart {
 public:
  /// The time by which the chart is ordered and aged, see is_future().
  [[nodiscard]] base::FileTime modified() const noexcept {
    return base::FileTime(std::chrono::nanoseconds(modified_ns_));
  }
  /// Fingerprint::digest of its state.
  [[nodiscard]] std::uint32_t digest() const noexcept { return digest_; }
  /// True if its own time lay in the future when it was first seen, so that it is aged by another one.
  [[nodiscard]] bool is_future() const noexcept { return future_ != 0; }
  /// True if it has another hard link.
  [[nodiscard]] bool is_linked() const noexcept { return linked_ != 0; }
  /// True if plans pass over it, see Catalog::exclude_from_plan.
  [[nodiscard]] bool is_excluded() const noexcept { return excluded_ != 0; }

 private:
  friend class AgeOrder;
  friend class Catalog;

  [[nodiscard]] bool is_forgotten() const noexcept { return slot_ == k_nowhere; }

  std::int64_t modified_ns_ = 0;
  std::uint32_t digest_ = 0;
  DirectoryIndex directory_ = 0;
  std::uint32_t small_bytes_ : k_small_bytes_bits = 0;  // see Catalog::counted_bytes
  std::uint32_t future_ : 1 = 0;
  std::uint32_t allocation_ : 2 = 0;         // an Allocation
  std::uint32_t name_ : k_name_id_bits = 0;  // a NameId
  std::uint32_t linked_ : 1 = 0;
  std::uint32_t seen_ : 1 = 0;  // in the reading of its directory that is under way
  std::uint32_t excluded_ : 1 = 0;
  ChartIndex next_ = k_no_chart;    // the next chart of its directory
  std::uint32_t slot_ = k_nowhere;  // its place in the AgeOrder
};
static_assert(sizeof(Chart) == 32, "the documents promise a catalog of 32 bytes a chart");

}  // namespace reaper::charts
