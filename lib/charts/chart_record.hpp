#pragma once

#include "base/clock.hpp"
#include "charts/name_pool.hpp"

#include <cstdint>

namespace reaper::charts {

/// Positions of charts and directories in a Catalog. They have 32 bits to keep the catalog small. The position of a
/// forgotten chart or directory is used again.
using ChartIndex = std::uint32_t;
using DirectoryIndex = std::uint32_t;
inline constexpr ChartIndex k_no_chart = 0xffffffffU;
inline constexpr DirectoryIndex k_root = 0;
inline constexpr DirectoryIndex k_no_directory = 0xffffffffU;

/// Sizes below 512 MiB fit into the record.
inline constexpr unsigned k_small_bytes_bits = 29;

/// The form in which a record stores the chart's space on the volume. It nearly always follows from the size.
enum class Allocation : std::uint32_t {
  whole_blocks,  ///< the size in whole blocks
  none,          ///< no space: a hole, or content inside the inode
  apart,         ///< another value, which the catalog stores apart
};

/// The slot of a chart that is not in the order, because it was forgotten.
inline constexpr std::uint32_t k_nowhere = 0xffffffffU;

/// One chart in 32 bytes, so that a million charts with their order, names and directories stay under 64 MiB. Ask the
/// catalog for its name and sizes.
class Chart {
 public:
  /// Returns the time that decides its order and age, see is_future().
  [[nodiscard]] base::FileTime modified() const noexcept {
    return base::FileTime(std::chrono::nanoseconds(modified_ns_));
  }
  [[nodiscard]] DirectoryIndex directory() const noexcept { return directory_; }
  /// Returns the Fingerprint::digest of its state.
  [[nodiscard]] std::uint32_t digest() const noexcept { return digest_; }
  /// Returns true if its own time lay in the future when it was first seen, so that another time decides its age.
  [[nodiscard]] bool is_future() const noexcept { return future_ != 0; }
  /// Returns true if it has another hard link.
  [[nodiscard]] bool is_linked() const noexcept { return linked_ != 0; }
  /// Returns true if plans skip it, see Catalog::exclude_from_plan.
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
  std::uint32_t seen_ : 1 = 0;  // found by the current reading of its directory
  std::uint32_t excluded_ : 1 = 0;
  ChartIndex next_ = k_no_chart;    // the next chart of its directory
  std::uint32_t slot_ = k_nowhere;  // its place in the AgeOrder
};
static_assert(sizeof(Chart) == 32, "the documents promise a catalog of 32 bytes a chart");

}  // namespace reaper::charts
