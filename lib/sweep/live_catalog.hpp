#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "charts/catalog.hpp"
#include "volume/failures.hpp"
#include "volume/follower.hpp"
#include "volume/headroom.hpp"
#include "volume/leftover.hpp"
#include "volume/progress.hpp"
#include "volume/recovery.hpp"
#include "volume/root.hpp"
#include "volume/scan.hpp"
#include "volume/system_limits.hpp"
#include "volume/unsettled_charts.hpp"
#include "volume/watch_budget.hpp"
#include "volume/watcher.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace reaper::sweep {

/// How the catalog is kept between sweeps.
enum class Watching : std::uint8_t {
  off,   ///< not at all: what a sweep knows is forgotten with it, as `chart-reaper sweep` wants it
  poll,  ///< by looking for directories that have changed (CHART_WATCH=off, or where watches cannot be had)
  on,    ///< by watches
};

using volume::ReadLimits;

class CatalogScan;
class DriftCheck;

/// Charts that are known to be there, but not which: there is no memory for more.
struct OnlyCounted {
  std::uint64_t charts = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocated_bytes = 0;
};

/// The catalog of what is on the volume, and the means to keep it true: scans, watches, and looks at the directories
/// that have changed. Used by the worker alone.
class LiveCatalog {
 public:
  /// Without `read_limits` there are none.
  LiveCatalog(volume::Root& root, const base::Clock& clock, volume::Progress& progress, Watching how,
              ReadLimits read_limits = {});

  /// What becomes readable when something has happened on the volume; -1 if there is nothing to watch with. Stays the
  /// same once it is there.
  [[nodiscard]] int watch_descriptor() const noexcept { return watcher_.descriptor(); }

  /// What every use of the volume is told.
  struct ScanContext {
    const base::GlobList& patterns;
    volume::Failures& failures;
    std::stop_token stop;
  };

  /// Scans `start`, which is a directory of the catalog, and all below it, see CatalogScan. What the catalog had wrong,
  /// though it was current, is drift.
  volume::ScanResult scan(charts::DirectoryIndex start, const ScanContext& context);

  /// Puts right what is known to be quarantined; what that does not succeed with is known to the next sweep, too.
  volume::RecoveryResult recover(const ScanContext& context);

  /// Brings the catalog up to date by the cheapest means there are. A full scan if it is not current.
  void refresh(const ScanContext& context);

  /// Reads the directories again that could not be read to the end.
  void try_incomplete_again(const ScanContext& context);

  /// Knows a chart again that was taken to be removed, and stays. Returns where it is, or k_no_chart.
  charts::ChartIndex keep(const charts::ChartSnapshot& chart);

  /// The same for one that was found changed: finds out what it is by now.
  charts::ChartIndex look_again(const charts::ChartSnapshot& chart, const ScanContext& context);

  /// Told of a chart that is no longer there.
  void forget_chart(const charts::ChartSnapshot& chart);

  /// Remembers a chart that this process quarantined and could not give back: recover() tries again.
  void note_left_in_quarantine(const charts::ChartSnapshot& chart);

  /// Told of a directory that is no longer there.
  void forget_directory(const std::string& path);

  /// Empties the kernel's queue of events in the middle of other work; refresh() then looks where they point.
  void collect_events(const base::GlobList& patterns);

  /// Forgets everything: the root is another one, or the patterns are.
  void reset();

  [[nodiscard]] charts::Catalog& catalog() noexcept { return catalog_; }
  [[nodiscard]] const charts::Catalog& catalog() const noexcept { return catalog_; }

  /// Whether the catalog is complete: a scan of everything has ended well, and no event was missed since.
  [[nodiscard]] bool is_current() const noexcept { return scanned_ && follower_.is_complete(); }

  /// Whether every change on the volume since the last full scan is in the catalog, or on its way into it.
  [[nodiscard]] bool is_watched() const noexcept { return is_current() && has_watches(); }

  /// Why the volume is not watched though it should be; empty if it is, or was not to be.
  [[nodiscard]] const std::string& why_not_watched() const noexcept { return why_not_; }

  /// Watches in use, and how many there may be; nothing if no limit is known.
  [[nodiscard]] std::size_t watches() const noexcept { return watcher_.count(); }
  [[nodiscard]] std::optional<std::uint64_t> max_watches() const {
    return budget_.max_watches(catalog_.memory_bytes());
  }

  /// Charts that the last full scan met and the catalog could not take: the memory limit is too small for them. The
  /// catalog is a part of what is there then, which the plan removes from as from the whole.
  [[nodiscard]] const OnlyCounted& only_counted() const noexcept { return only_counted_; }
  /// Whether there is memory for more charts; watches are given up for it.
  [[nodiscard]] bool has_room();
  /// Without memory for more charts, forgets the directories whose charts have gone. May be called during a scan.
  void make_room();
  [[nodiscard]] std::optional<std::uint64_t> memory_limit() const { return budget_.limits().memory_bytes; }

  /// Directories too deep that have come since the last full scan, and one of them.
  [[nodiscard]] const volume::TooDeep& too_deep() const noexcept { return too_deep_; }

  [[nodiscard]] base::FileTime last_full_scan() const noexcept { return last_full_scan_; }
  [[nodiscard]] std::uint64_t charts_written() const noexcept { return charts_written_ + follower_.charts_written(); }

  /// How many charts the last full scan found other than the catalog had them, with no event to explain it, or not at
  /// all though they were counted.
  [[nodiscard]] std::uint64_t drift() const noexcept { return drift_; }
  /// The same of all full scans.
  [[nodiscard]] std::uint64_t drift_total() const noexcept { return drift_total_; }

  /// The time until refresh() has to look at a chart again that no event tells of; nothing if there is none.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> until_next_look() const { return unsettled_.until_due(); }

 private:
  friend class CatalogScan;

  /// Whether directories that are read are to be watched.
  [[nodiscard]] bool has_watches() const noexcept { return how_ == Watching::on && why_not_.empty(); }
  /// Whether the times of directories tell which ones to read again.
  [[nodiscard]] bool polls() const noexcept { return how_ == Watching::poll || !why_not_.empty(); }

  [[nodiscard]] volume::ScanOptions options(const ScanContext& context);
  void look_at(charts::DirectoryIndex directory, const std::string& name, const ScanContext& context);
  void look_at_unsettled(const ScanContext& context);
  [[nodiscard]] charts::DirectoryIndex home_of(const charts::ChartSnapshot& chart);
  void forget_with_watches(charts::DirectoryIndex directory);
  void follow(const ScanContext& context);
  void note_too_deep(const volume::TooDeep& found);
  void begin_full_scan(const ScanContext& context, bool checks_drift);
  void end_full_scan(const ScanContext& context, bool is_whole, const DriftCheck* check);
  void note_directory_read(const base::GlobList& patterns);
  void look_for_changed_directories(const ScanContext& context);
  [[nodiscard]] bool has_changed(charts::DirectoryIndex directory);
  void scan_again(const ScanContext& context, const std::function<bool(charts::DirectoryIndex)>& wanted);

  // In live_catalog_limits.cpp.
  void decide_on_watches();
  [[nodiscard]] bool may_watch_again(const volume::Limits& before) const;
  void watch(charts::DirectoryIndex directory, int descriptor, bool checks_drift);
  void end_watches(std::string why);
  void say_what_watches_would_take();
  [[nodiscard]] std::uint64_t catalog_bytes() const;
  [[nodiscard]] bool is_idle(charts::DirectoryIndex directory) const;

  volume::Root* root_;
  const base::Clock* clock_;
  volume::Progress* progress_;
  charts::Catalog catalog_;
  volume::Watcher watcher_;
  volume::UnsettledCharts unsettled_;
  volume::Follower follower_;
  Watching how_ = Watching::off;
  std::string why_not_;
  ReadLimits read_limits_;
  volume::Headroom headroom_;
  volume::WatchBudget budget_;
  std::chrono::nanoseconds refused_at_{};  // by the clock since boot
  std::size_t refused_directories_ = 0;    // so many could not be watched
  bool refused_by_budget_ = false;         // in the scan that is under way
  OnlyCounted only_counted_;
  volume::TooDeep too_deep_;
  bool scanned_ = false;
  base::FileTime last_full_scan_;
  std::vector<volume::Leftover> leftovers_;
  std::uint64_t charts_written_ = 0;  // those that scans have found
  std::uint64_t drift_ = 0;
  std::uint64_t drift_total_ = 0;
  std::size_t directories_read_ = 0;
  std::uint64_t waiting_directories_ = 0;  // that a scan under way has still to enter
};

}  // namespace reaper::sweep
