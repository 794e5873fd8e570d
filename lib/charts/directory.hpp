#pragma once

#include "base/clock.hpp"
#include "charts/chart_record.hpp"
#include "charts/name_pool.hpp"

#include <chrono>
#include <cstdint>

namespace reaper::charts {

/// The time of a directory that nobody has looked at: far in the future, so that nothing is removed for it.
inline constexpr std::int64_t k_not_looked_at = std::int64_t{1} << 62U;

/// One directory. What a Reading of it found stands here until the next one.
class Directory {
 public:
  /// When an entry was last made or removed in it; `k_not_looked_at` if that is not known.
  [[nodiscard]] std::int64_t modified_ns() const noexcept { return modified_ns_; }
  [[nodiscard]] base::FileTime modified() const noexcept {
    return base::FileTime(std::chrono::nanoseconds(modified_ns_));
  }
  /// The charts directly in it.
  [[nodiscard]] std::uint32_t charts() const noexcept { return charts_; }
  /// The directories directly in it, as its last reading found them.
  [[nodiscard]] std::uint32_t subdirectories() const noexcept { return subdirectories_; }
  /// Those of them that the catalog knows.
  [[nodiscard]] std::uint32_t children() const noexcept { return children_; }
  /// All else directly in it but charts: other files, links, sockets.
  [[nodiscard]] std::uint32_t others() const noexcept { return others_; }
  /// The watch on it; -1 for none.
  [[nodiscard]] std::int32_t watch() const noexcept { return watch_; }
  /// False if reading it failed half-way: then it never counts as empty.
  [[nodiscard]] bool is_complete() const noexcept { return complete_; }
  /// True if something may be in it that is not known: it could not be read to its end. What is mounted on it is none
  /// of ours, and hides nothing.
  [[nodiscard]] bool is_unreadable() const noexcept { return known_ && !complete_ && !mount_; }
  /// False for a position that no directory has now.
  [[nodiscard]] bool is_known() const noexcept { return known_; }
  /// How many directories it is below the root.
  [[nodiscard]] std::uint8_t level() const noexcept { return level_; }
  [[nodiscard]] DirectoryIndex parent() const noexcept { return parent_; }

  /// True if nothing is known to be in it. If something that is no chart came or went, rmdir(2) finds out.
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
  bool changed_ : 1 = false;  // something that is no chart came or went since it was read
  bool known_ : 1 = false;
  bool mount_ : 1 = false;    // something is mounted on it, so that it is not entered
  bool indexed_ : 1 = false;  // holds so many charts that the catalog knows them by name
  std::uint8_t level_ = 0;
  std::uint16_t round_ = 0;  // of the last scan that found it, see Catalog::begin_scan
  DirectoryIndex parent_ = k_no_directory;
  NameId name_ = 0;
  ChartIndex first_chart_ = k_no_chart;
  std::uint32_t charts_ = 0;
  std::uint32_t children_ = 0;
  std::uint32_t dead_ = 0;  // forgotten charts that are still in the list
};
static_assert(sizeof(Directory) == 48, "the documents promise a catalog of 48 bytes a directory");

}  // namespace reaper::charts
