#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "charts/catalog.hpp"
#include "live/catalog_room.hpp"
#include "live/directory_times.hpp"
#include "live/inotify_source.hpp"
#include "live/polling_source.hpp"
#include "live/scan_context.hpp"
#include "live/unreadable_directories.hpp"
#include "live/unsettled_charts.hpp"
#include "live/vanished_charts.hpp"
#include "volume/leftover.hpp"
#include "volume/progress.hpp"
#include "volume/recovery.hpp"
#include "volume/root.hpp"
#include "volume/scan.hpp"
#include "volume/system_limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reaper::live {

/// How the catalog is kept between sweeps.
enum class Watching : std::uint8_t {
  off,   ///< not at all: what a sweep knows is forgotten with it, as `chart-reaper sweep` wants it
  poll,  ///< by looking for directories that have changed (CHART_WATCH=off, or where watches cannot be had)
  on,    ///< by watches
};

/// Charts that are known to be there, but not which: there is no memory for more.
struct OnlyCounted {
  std::uint64_t charts = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocated_bytes = 0;
};

class CatalogScan;
class DriftCheck;
enum class ScanKind : std::uint8_t;

/// The catalog of what is on the volume, and the means to keep it true: scans, and a source of changes. Used by the
/// worker alone.
class LiveCatalog {
 public:
  /// Without `read_limits` there are none.
  LiveCatalog(volume::Root& root, const base::Clock& clock, volume::Progress& progress, Watching watching,
              volume::ReadSystemLimits read_limits = {});

  /// A descriptor that is readable when something has changed on the volume; -1 without inotify. Stays the
  /// same once it is there.
  [[nodiscard]] int watch_descriptor() const noexcept { return inotify_ ? inotify_->descriptor() : -1; }

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

  /// The same for one that was found changed: finds out its state.
  charts::ChartIndex recheck(const charts::ChartSnapshot& chart, const ScanContext& context);

  /// Forgets a chart that was removed.
  void forget_chart(const charts::ChartSnapshot& chart);

  /// Forgets a chart that another program has removed before its removal began.
  void forget_gone(const charts::ChartSnapshot& chart);

  /// Decides whether the charts that a sweep did not find have vanished; see vanished(). Costs nothing if it found all.
  void settle_vanished(const ScanContext& context);

  /// Remembers a chart that this process quarantined and could not give back: recover() tries again.
  void note_left_in_quarantine(const charts::ChartSnapshot& chart);

  /// Forgets a directory that is no longer there.
  void forget_directory(const std::string& path);

  /// Empties the kernel's queue of events in the middle of other work; refresh() then looks where they point.
  void collect_events(const base::GlobList& patterns);

  /// Forgets everything: the root is another one, or the patterns are.
  void reset();

  [[nodiscard]] charts::Catalog& catalog() noexcept { return catalog_; }
  [[nodiscard]] const charts::Catalog& catalog() const noexcept { return catalog_; }

  /// True if the catalog is complete: a scan of everything has ended well, and no event was missed since.
  [[nodiscard]] bool is_current() const noexcept { return scanned_ && (!inotify_ || inotify_->is_complete()); }

  /// True if every change on the volume since the last full scan is in the catalog, or on its way into it.
  [[nodiscard]] bool is_watched() const noexcept { return is_current() && has_watches(); }

  /// Why the volume is not watched though it should be; empty if it is, or was not to be.
  [[nodiscard]] std::string why_not_watched() const { return inotify_ ? inotify_->why_off() : std::string(); }

  /// Watches in use, and how many there may be; nothing if no limit is known.
  [[nodiscard]] std::size_t watches() const noexcept { return inotify_ ? inotify_->count() : 0; }
  [[nodiscard]] std::optional<std::uint64_t> max_watches() const { return room_.max_watches(); }

  /// Charts that the last full scan met and the catalog could not take: the memory limit is too small for them. The
  /// catalog is a part of what is there then, which the plan removes from as from the whole.
  [[nodiscard]] const OnlyCounted& only_counted() const noexcept { return only_counted_; }
  /// True if there is memory for more charts; watches are given up for it.
  [[nodiscard]] bool has_room();
  /// Without memory for more charts, forgets the directories whose charts have gone. May be called during a scan.
  void make_room();
  [[nodiscard]] std::optional<std::uint64_t> memory_limit() const { return room_.limits().memory_bytes; }

  /// Returns why there may be charts that are not known, e.g. `openat2 'A_1d': Permission denied`: an example of the
  /// catalog's unreadable directories, empty if there is none.
  [[nodiscard]] const std::string& unreadable_example() { return unreadable_.example(); }
  /// Returns the same of one directory that is unreadable.
  [[nodiscard]] std::string why_unreadable(const std::string& path) { return unreadable_.reason(path); }

  /// Directories too deep that have come since the last full scan, and one of them.
  [[nodiscard]] const volume::TooDeep& too_deep() const noexcept { return too_deep_; }

  [[nodiscard]] base::FileTime last_full_scan() const noexcept { return last_full_scan_; }
  [[nodiscard]] std::uint64_t charts_written() const noexcept {
    return charts_written_ + (inotify_ ? inotify_->charts_written() : 0);
  }

  /// Charts that have gone without this process removing them, since the start.
  [[nodiscard]] std::uint64_t vanished() const noexcept { return vanished_.count(); }

  /// How many charts the last full scan found other than the catalog had them, with no event to explain it, or not at
  /// all though they were counted.
  [[nodiscard]] std::uint64_t drift() const noexcept { return drift_; }
  /// The same of all full scans.
  [[nodiscard]] std::uint64_t drift_total() const noexcept { return drift_total_; }

  /// The time until refresh() has to look at a chart again that no event tells of, or to decide about one that has
  /// gone; nothing if there is none.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> until_next_look() const;

 private:
  friend class CatalogScan;

  [[nodiscard]] bool has_watches() const noexcept { return inotify_ && inotify_->is_on(); }
  /// False if the catalog is forgotten with the sweep.
  [[nodiscard]] bool is_kept() const noexcept { return watching_ != Watching::off; }
  /// The source that is in force; null if the catalog is not kept.
  [[nodiscard]] ChangeSource* source() noexcept;
  volume::ScanResult scan_all(charts::DirectoryIndex start, const ScanContext& context, ScanKind kind);
  [[nodiscard]] ChangeSource::ScanDirectory scan_of(const ScanContext& context, ScanKind kind);

  // For CatalogScan.
  void begin_full_scan(const ScanContext& context, bool checks_drift);
  void end_full_scan(const ScanContext& context, const DriftCheck* check);
  void note_directory_read(const base::GlobList& patterns);
  void forget_with_watches(charts::DirectoryIndex directory);
  void unwatch(charts::DirectoryIndex directory);
  [[nodiscard]] bool is_idle(charts::DirectoryIndex directory) const;

  void follow_watches(const ScanContext& context);
  enum class Presence : std::uint8_t { present, gone, unknown };
  [[nodiscard]] Presence read_state(charts::DirectoryIndex directory, const std::string& name,
                                    const ScanContext& context);
  void end_look(base::FileTime began);
  void look_at_unsettled(const ScanContext& context);
  [[nodiscard]] charts::DirectoryIndex home_of(const charts::ChartSnapshot& chart);

  volume::Root* root_;
  const base::Clock* clock_;
  volume::Progress* progress_;
  Watching watching_;
  charts::Catalog catalog_;
  CatalogRoom room_;
  UnsettledCharts unsettled_;
  VanishedCharts vanished_;
  base::FileTime last_look_;  // the beginning of the last refresh or full scan
  PollingSource polling_;
  std::optional<InotifySource> inotify_;  // if the volume is to be watched
  UnreadableDirectories unreadable_;
  OnlyCounted only_counted_;
  volume::TooDeep too_deep_;
  bool scanned_ = false;
  base::FileTime last_full_scan_;
  std::vector<volume::Leftover> leftovers_;
  std::uint64_t charts_written_ = 0;  // those that scans have found
  std::uint64_t drift_ = 0;
  std::uint64_t drift_total_ = 0;
  std::size_t directories_read_ = 0;
};

}  // namespace reaper::live
