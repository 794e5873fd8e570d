#pragma once

#include "base/clock.hpp"
#include "base/size.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace reaper::charts {

/// The identity and state of a file. It differs if the file is another inode, or was written or changed since.
struct Fingerprint {
  std::uint64_t inode = 0;
  std::uint32_t device = 0;      ///< major << 20 | minor, the kernel's 32-bit form
  std::uint64_t size_bytes = 0;  ///< st_size
  std::int64_t modified_ns = 0;  ///< st_mtim, nanoseconds since 1970
  std::int64_t changed_ns = 0;   ///< st_ctim, nanoseconds since 1970

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;

  /// Compares all but the change time, which a rename changes on some file systems.
  [[nodiscard]] bool same_content_as(const Fingerprint& other) const noexcept;

  /// Returns inode, device, size and change time in 32 bits, to keep the catalog small. Together with the modification
  /// time it tells two states apart, except for one pair in four thousand million.
  [[nodiscard]] std::uint32_t digest() const noexcept;
};

/// The state of a chart's file.
struct ChartState {
  Fingerprint fingerprint;
  std::uint64_t counted_bytes = 0;    ///< share of the size limit, see volume/file_state.hpp
  std::uint64_t allocated_bytes = 0;  ///< space on the volume, in whole blocks
  bool linked = false;                ///< has another hard link, so removing this name frees nothing
};

/// A copy of a chart as it was judged, with everything that its removal needs. It does not depend on the catalog.
struct ChartSnapshot {
  std::string directory;  ///< relative to the root; empty for the root itself
  std::string name;
  std::uint64_t counted_bytes = 0;
  std::uint64_t allocated_bytes = 0;
  std::int64_t modified_ns = 0;  ///< the time that decides its age, see Catalog
  std::uint32_t digest = 0;      ///< Fingerprint::digest of the state that was judged
  bool linked = false;
  bool future = false;  ///< its own time lay in the future, so `modified_ns` is another time

  /// Returns the space that its removal would free.
  [[nodiscard]] base::Room room() const noexcept { return linked ? base::Room{} : base::Room{allocated_bytes, 1}; }
  /// Returns the path relative to the root.
  [[nodiscard]] std::string path() const;
  [[nodiscard]] base::FileTime modified() const noexcept {
    return base::FileTime(std::chrono::nanoseconds(modified_ns));
  }

  /// Returns true if a file with this state is the one that was judged, unchanged.
  [[nodiscard]] bool is_still(const Fingerprint& now) const noexcept {
    // The time of a future chart cannot be compared, but its digest contains the change time, which every write moves.
    return (future || now.modified_ns == modified_ns) && now.digest() == digest;
  }
};

/// Returns the snapshot of a chart with this name and state.
[[nodiscard]] ChartSnapshot snapshot_of(std::string directory, std::string name, const ChartState& state);

/// Returns true if `left` comes first in the order of removal: oldest first by time, then by path.
[[nodiscard]] bool removed_before(const ChartSnapshot& left, const ChartSnapshot& right);

/// A path relative to the root, split into directory and name.
struct PathParts {
  std::string_view directory;  ///< empty for the root itself
  std::string_view name;
};

/// Compares two paths as strings, without building the strings.
[[nodiscard]] std::strong_ordering compare_paths(const PathParts& left, const PathParts& right);

/// Returns `directory/name`, or just `name` for the root.
[[nodiscard]] std::string join_path(std::string_view directory, std::string_view name);

}  // namespace reaper::charts
