#pragma once

#include "base/clock.hpp"
#include "charts/chart_record.hpp"
#include "charts/name_pool.hpp"

#include <chrono>
#include <cstdint>

namespace reaper::charts {

/// The time of a directory that was never looked at. It lies far in the future, so that nothing is removed because of
/// it.
inline constexpr std::int64_t k_not_looked_at = std::int64_t{1} << 62U;

/// One directory. It holds the results of its last Reading.
class Directory {
 public:
  /// Returns when an entry was last created or removed in it; `k_not_looked_at` if that is unknown.
  [[nodiscard]] std::int64_t modified_ns() const noexcept { return modified_ns_; }
  [[nodiscard]] base::FileTime modified() const noexcept {
    return base::FileTime(std::chrono::nanoseconds(modified_ns_));
  }
  /// Returns the number of charts directly in it.
  [[nodiscard]] std::uint32_t charts() const noexcept { return charts_; }
  /// Returns the number of its subdirectories, from its last reading.
  [[nodiscard]] std::uint32_t subdirectories() const noexcept { return subdirectories_; }
  /// Returns the number of its subdirectories that the catalog knows.
  [[nodiscard]] std::uint32_t children() const noexcept { return children_; }
  /// Returns the number of other entries: other files, links, sockets.
  [[nodiscard]] std::uint32_t others() const noexcept { return others_; }
  /// Returns its inotify watch; -1 for none.
  [[nodiscard]] std::int32_t watch() const noexcept { return watch_; }
  /// Returns false if reading it failed half-way. It then never counts as empty.
  [[nodiscard]] bool is_complete() const noexcept { return complete_; }
  /// Returns true if it was not read to its end, so that it may hold unknown charts. False for mount points: they are
  /// not ours and hide no charts.
  [[nodiscard]] bool is_unreadable() const noexcept { return known_ && !complete_ && !mount_; }
  /// Returns false if the position is free.
  [[nodiscard]] bool is_known() const noexcept { return known_; }
  /// Returns the number of levels below the root.
  [[nodiscard]] std::uint8_t level() const noexcept { return level_; }
  [[nodiscard]] DirectoryIndex parent() const noexcept { return parent_; }

  /// Returns true if it probably is empty. After changes to entries that are no charts it may not be; rmdir(2) decides.
  [[nodiscard]] bool seems_empty() const noexcept {
    return complete_ && charts_ == 0 && (changed_ || (subdirectories_ == 0 && others_ == 0));
  }

 private:
  friend class Catalog;
  friend class Reading;

  std::int64_t modified_ns_ = k_not_looked_at;
  std::uint32_t subdirectories_ = 0;
  std::uint32_t others_ = 0;
  std::int32_t watch_ = -1;
  bool complete_ : 1 = true;
  bool changed_ : 1 = false;  // an entry that is no chart was created or removed since it was read
  bool known_ : 1 = false;
  bool mount_ : 1 = false;    // something is mounted on it, so scans do not enter it
  bool indexed_ : 1 = false;  // holds many charts, so they are in the catalog's name index
  std::uint8_t level_ = 0;
  std::uint16_t round_ = 0;  // the last scan that found it, see Catalog::begin_scan
  DirectoryIndex parent_ = k_no_directory;
  NameId name_ = 0;
  ChartIndex first_chart_ = k_no_chart;
  std::uint32_t charts_ = 0;
  std::uint32_t children_ = 0;
  std::uint32_t dead_ = 0;  // forgotten charts that are still in its list
};
static_assert(sizeof(Directory) == 48, "the documents promise a catalog of 48 bytes a directory");

}  // namespace reaper::charts
