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

/// The way in which the catalog is kept between sweeps.
enum class Watching : std::uint8_t {
  off,   ///< no catalog is kept; each sweep starts from nothing, as in `chart-reaper sweep`
  poll,  ///< the directories whose time changed are read again (CHART_WATCH=off, or without inotify)
  on,    ///< inotify watches report changes
};

/// Charts that are counted but not stored one by one, because there is no memory for more.
struct OnlyCounted {
  std::uint64_t charts = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocated_bytes = 0;
};

class CatalogScan;
class DriftCheck;
enum class ScanKind : std::uint8_t;

/// Holds the catalog of the volume and keeps it current, with scans and a source of changes. Used only by the worker.
class LiveCatalog {
 public:
  /// Without `read_limits` nothing is limited.
  LiveCatalog(volume::Root& root, const base::Clock& clock, volume::Progress& progress, Watching watching,
              volume::ReadSystemLimits read_limits = {});

  /// Returns a descriptor that is readable when something changed on the volume; -1 without inotify. Once there is one,
  /// it stays the same.
  [[nodiscard]] int watch_descriptor() const noexcept { return inotify_ ? inotify_->descriptor() : -1; }

  /// Scans `start`, a directory of the catalog, and everything below it; see CatalogScan. If the catalog was current,
  /// every difference that no event reported counts as drift.
  volume::ScanResult scan(charts::DirectoryIndex start, const ScanContext& context);

  /// Recovers the charts that are known to be in quarantine. The next sweep tries again where this fails.
  volume::RecoveryResult recover(const ScanContext& context);

  /// Brings the catalog up to date in the cheapest way. Runs a full scan if the catalog is not current. Does nothing if
  /// the catalog is current and only another full scan would find changes.
  void refresh(const ScanContext& context);

  /// Reads the directories again that could not be read to the end.
  void try_incomplete_again(const ScanContext& context);

  /// Puts a chart back into the catalog that its removal left in place. Returns its index, or k_no_chart.
  charts::ChartIndex keep(const charts::ChartSnapshot& chart);

  /// Does the same for a chart that changed during its removal, with its current state from the volume.
  charts::ChartIndex recheck(const charts::ChartSnapshot& chart, const ScanContext& context);

  /// Forgets a chart that was removed.
  void forget_chart(const charts::ChartSnapshot& chart);

  /// Forgets a chart that another program removed before we could.
  void forget_gone(const charts::ChartSnapshot& chart);

  /// Decides whether the charts that a sweep did not find have vanished; see vanished(). Costs nothing if it found all.
  void settle_vanished(const ScanContext& context);

  /// Remembers a chart that this process quarantined and could not put back, so that recover() tries again.
  void note_left_in_quarantine(const charts::ChartSnapshot& chart);

  /// Forgets a directory that no longer exists.
  void forget_directory(const std::string& path);

  /// Empties the kernel's event queue during other work; refresh() then checks the names.
  void collect_events(const base::GlobList& patterns);

  /// Forgets everything, because the root or the patterns were replaced.
  void reset();

  [[nodiscard]] charts::Catalog& catalog() noexcept { return catalog_; }
  [[nodiscard]] const charts::Catalog& catalog() const noexcept { return catalog_; }

  /// Returns true if the catalog is complete: a full scan has ended well and no event was lost since.
  [[nodiscard]] bool is_current() const noexcept { return scanned_ && (!inotify_ || inotify_->is_complete()); }

  /// Returns true if the catalog contains every change since the last full scan, or an event reports it.
  [[nodiscard]] bool is_watched() const noexcept { return is_current() && has_watches(); }

  /// Returns the time since which changes on the volume are unknown, except our own: the start of the last full scan.
  /// Returns nothing if the catalog follows the changes, by events or by the times of directories.
  [[nodiscard]] std::optional<base::FileTime> unseen_since() const;

  /// Returns a text for people: why the volume is not watched; empty if it is watched or watching is off.
  [[nodiscard]] std::string why_not_watched() const { return inotify_ ? inotify_->why_off() : std::string(); }

  /// Return the number of watches in use, and its maximum; the maximum is missing if no limit is known.
  [[nodiscard]] std::size_t watches() const noexcept { return inotify_ ? inotify_->count() : 0; }
  [[nodiscard]] std::optional<std::uint64_t> max_watches() const { return room_.max_watches(); }

  /// Returns the charts that the last full scan counted but could not store, because the memory limit is too small. The
  /// plan then selects from the stored charts only.
  [[nodiscard]] const OnlyCounted& only_counted() const noexcept { return only_counted_; }
  /// Returns true if there is memory for more charts. If there is none, first ends the watches.
  [[nodiscard]] bool has_room();
  /// If there is no memory for more charts, forgets the directories without charts. May be called during a scan.
  void make_room();
  [[nodiscard]] std::optional<std::uint64_t> memory_limit() const { return room_.limits().memory_bytes; }

  /// Returns why some charts may be unknown, e.g. `openat2 'A_1d': Permission denied`: one example of the unreadable
  /// directories, empty if there is none.
  [[nodiscard]] const std::string& unreadable_example() { return unreadable_.example(); }
  /// Returns why this directory is unreadable.
  [[nodiscard]] std::string why_unreadable(const std::string& path) { return unreadable_.reason(path); }

  /// Returns the number of directories that are too deep and appeared since the last full scan, with one example.
  [[nodiscard]] const volume::TooDeep& too_deep() const noexcept { return too_deep_; }

  [[nodiscard]] base::FileTime last_full_scan() const noexcept { return last_full_scan_; }
  [[nodiscard]] std::uint64_t charts_written() const noexcept {
    return charts_written_ + (inotify_ ? inotify_->charts_written() : 0);
  }

  /// Returns the number of charts that vanished since the start without being removed by this process.
  [[nodiscard]] std::uint64_t vanished() const noexcept { return vanished_.count(); }

  /// Returns the drift of the last full scan: the differences that no event explains, plus the mistakes that
  /// Catalog::repair() corrected.
  [[nodiscard]] std::uint64_t drift() const noexcept { return drift_; }
  /// Returns the drift of all full scans since the start.
  [[nodiscard]] std::uint64_t drift_total() const noexcept { return drift_total_; }

  /// Returns the time until refresh() must check a chart that no event reports, or decide about one that is gone;
  /// nothing if there is no such chart.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> until_next_look() const;

 private:
  friend class CatalogScan;

  void note_missing(const charts::ChartSnapshot& chart);
  [[nodiscard]] bool has_watches() const noexcept { return inotify_ && inotify_->is_on(); }
  /// Returns false if only a full scan finds changes on the volume.
  [[nodiscard]] bool follows_changes() const;
  /// Returns false if the catalog is forgotten after each sweep.
  [[nodiscard]] bool is_kept() const noexcept { return watching_ != Watching::off; }
  /// Returns the source in use; null if the catalog is not kept.
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
  base::FileTime last_look_;  // the start of the last refresh or full scan
  PollingSource polling_;
  std::optional<InotifySource> inotify_;  // only with Watching::on
  UnreadableDirectories unreadable_;
  OnlyCounted only_counted_;
  volume::TooDeep too_deep_;
  bool scanned_ = false;
  base::FileTime last_full_scan_;
  std::vector<volume::Leftover> leftovers_;
  std::uint64_t charts_written_ = 0;  // found by scans; the events count separately
  std::uint64_t drift_ = 0;
  std::uint64_t drift_total_ = 0;
  std::size_t directories_read_ = 0;
};

}  // namespace reaper::live
