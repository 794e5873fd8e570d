#pragma once

#include "base/clock.hpp"
#include "base/size.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace reaper::charts {

/// What tells one state of one file from any other: the same inode, not written and not changed since.
struct Fingerprint {
  std::uint64_t inode = 0;
  std::uint32_t device = 0;      ///< major << 20 | minor, the kernel's own 32-bit form
  std::uint64_t size_bytes = 0;  ///< st_size
  std::int64_t modified_ns = 0;  ///< st_mtim, nanoseconds since 1970
  std::int64_t changed_ns = 0;   ///< st_ctim, nanoseconds since 1970

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;

  /// Equal but for the change time, which a rename moves on some file systems.
  [[nodiscard]] bool same_content_as(const Fingerprint& other) const noexcept;

  /// The inode, the device, the size and the change time in 32 bits, for a catalog that must stay small. Together with
  /// the modification time it tells two states apart, but for one pair in four thousand million.
  [[nodiscard]] std::uint32_t digest() const noexcept;
};

/// The state of a chart's file as it was looked at.
struct ChartState {
  Fingerprint fingerprint;
  std::uint64_t counted_bytes = 0;    ///< its share of the size limit, see volume/file_state.hpp
  std::uint64_t allocated_bytes = 0;  ///< its share of the volume: whole blocks
  bool linked = false;                ///< it has another hard link, so removing this name frees nothing
};

/// A chart that was judged, with all that its removal needs to know; independent of the catalog it came from.
struct ChartSnapshot {
  std::string directory;  ///< relative to the root; empty for the root itself
  std::string name;
  std::uint64_t counted_bytes = 0;
  std::uint64_t allocated_bytes = 0;
  std::int64_t modified_ns = 0;  ///< the time by which it is aged, see Catalog
  std::uint32_t digest = 0;      ///< Fingerprint::digest of the state that was judged
  bool linked = false;
  bool future = false;  ///< its own time lay in the future, so `modified_ns` is another one

  /// The room that its removal makes on the volume.
  [[nodiscard]] base::Room room() const noexcept { return linked ? base::Room{} : base::Room{allocated_bytes, 1}; }
  /// The path relative to the root.
  [[nodiscard]] std::string path() const;
  [[nodiscard]] base::FileTime modified() const noexcept {
    return base::FileTime(std::chrono::nanoseconds(modified_ns));
  }

  /// Whether a file in this state is still the one that was judged.
  [[nodiscard]] bool is_still(const Fingerprint& now) const noexcept {
    // The digest holds the change time, which moves with every change of the other.
    return (future || now.modified_ns == modified_ns) && now.digest() == digest;
  }
};

/// The chart of this name and state.
[[nodiscard]] ChartSnapshot snapshot_of(std::string directory, std::string name, const ChartState& state);

/// The order of removal: oldest first by time, then by path.
[[nodiscard]] bool removed_before(const ChartSnapshot& left, const ChartSnapshot& right);

/// A path relative to the root, in two parts.
struct PathParts {
  std::string_view directory;  ///< empty for the root itself
  std::string_view name;
};

/// Compares two paths as if each were one string, without making the strings.
[[nodiscard]] std::strong_ordering compare_paths(const PathParts& left, const PathParts& right);

/// `directory/name`, or just `name` in the root.
[[nodiscard]] std::string join_path(std::string_view directory, std::string_view name);

}  // namespace reaper::charts
