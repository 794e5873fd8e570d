#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "charts/catalog.hpp"
#include "volume/failures.hpp"
#include "volume/follower.hpp"
#include "volume/progress.hpp"
#include "volume/recovery.hpp"
#include "volume/root.hpp"
#include "volume/scanner.hpp"
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

/// Tells what the system lets the program have now.
using ReadLimits = std::function<volume::Limits()>;

/// Charts that are known to be there, but not which: there is no memory for more.
struct OnlyCounted {
  std::uint64_t charts = 0;
  std::uint64_t bytes = 0;
  std::uint64_t allocated_bytes = 0;
};

/// What is to become of charts while they are scanned.
class Screening {
 public:
  virtual ~Screening() = default;

  /// True if the chart is going to be removed, and need not be remembered meanwhile.
  virtual bool takes(charts::DirectoryIndex directory, std::string_view name, const charts::ChartState& state) = 0;
  /// Called between two directories, and within a huge one: a good moment to remove what was taken.
  virtual void pause() = 0;
  /// The directory has been read.
  virtual void on_read(charts::DirectoryIndex directory) = 0;
};

/// The catalog of what is on the volume, and the means to keep it true: scans, watches, and looks at the directories
/// that have changed. Used by the worker alone.
class LiveCatalog final : private volume::ScanSink {
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

  /// Scans `start`, which is a directory of the catalog, and all below it. Afterwards the catalog has what is there but
  /// for the charts that `screening` has taken. What the catalog had wrong, though it was current, is drift.
  volume::ScanResult scan(charts::DirectoryIndex start, const ScanContext& context, Screening* screening = nullptr);

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
  [[nodiscard]] bool is_watched() const noexcept { return is_current() && how_ == Watching::on && why_not_.empty(); }

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

  /// Mount points and trees too deep that the last full scan met.
  [[nodiscard]] const volume::ScanResult& last_scan() const noexcept { return last_scan_; }

 private:
  using Suspect = std::pair<int, std::string>;  // a watch, and a name in its directory

  void on_open(charts::DirectoryIndex directory, int descriptor) override;
  void on_chart(charts::DirectoryIndex directory, std::string_view name, const charts::ChartState& state) override;
  void on_leftover(charts::DirectoryIndex directory, std::string_view name) override;
  void on_chunk(charts::DirectoryIndex directory) override;
  bool enters(charts::DirectoryIndex directory, bool known) override;
  void on_gone(charts::DirectoryIndex directory) override { forget(directory); }
  void on_read(charts::Reading& reading, charts::DirectoryIndex directory, int descriptor) override;

  void begin(const ScanContext& context);
  [[nodiscard]] volume::ScanOptions options(const ScanContext& context) const;
  void look_at(charts::DirectoryIndex directory, const std::string& name, const ScanContext& context);
  void look_at_unsettled(const ScanContext& context);
  [[nodiscard]] charts::DirectoryIndex home_of(const charts::ChartSnapshot& chart);
  void forget(charts::DirectoryIndex directory);
  void forget_with_watches(charts::DirectoryIndex directory);
  void follow(const ScanContext& context);
  void note_too_deep(const volume::TooDeep& found);
  void note_time(charts::DirectoryIndex directory, int descriptor);
  void suspect(charts::DirectoryIndex directory, std::string_view name);
  void note_unsettled(charts::DirectoryIndex directory, std::string_view name, const charts::ChartState& state);
  void suspect_directory(charts::DirectoryIndex directory);
  void end_full_scan(const ScanContext& context);
  void look_for_changed_directories(const ScanContext& context);
  [[nodiscard]] bool has_changed(charts::DirectoryIndex directory);
  void scan_again(const ScanContext& context, const std::function<bool(charts::DirectoryIndex)>& wanted);

  // In live_catalog_limits.cpp.
  void decide_on_watches();
  [[nodiscard]] bool may_watch_again(const volume::Limits& before) const;
  void watch(charts::DirectoryIndex directory, int descriptor);
  void end_watches(std::string why);
  void say_what_watches_would_take();
  [[nodiscard]] std::uint64_t catalog_bytes() const;
  void keep_headroom();
  [[nodiscard]] bool is_idle(charts::DirectoryIndex directory) const;
  [[nodiscard]] bool only_counts(charts::DirectoryIndex directory, std::string_view name,
                                 const charts::ChartState& state);

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
  volume::WatchBudget budget_;
  std::chrono::nanoseconds refused_at_{};  // by the clock since boot
  std::size_t refused_directories_ = 0;    // so many could not be watched
  bool refused_by_budget_ = false;         // in the scan that is under way
  OnlyCounted only_counted_;
  volume::TooDeep too_deep_;
  bool scanned_ = false;
  base::FileTime last_full_scan_;
  volume::ScanResult last_scan_;
  std::vector<volume::Leftover> leftovers_;
  std::uint64_t charts_written_ = 0;  // those that scans have found
  std::uint64_t drift_ = 0;
  std::uint64_t drift_total_ = 0;

  // Of the work that is under way.
  const ScanContext* context_ = nullptr;
  std::int64_t young_since_ns_ = 0;
  std::size_t directories_read_ = 0;
  bool is_full_scan_ = false;
  std::size_t looked_at_ = 0;            // files and directories since there was headroom
  std::uint64_t directories_found_ = 0;  // by this scan, below those it has read
  std::uint64_t directories_entered_ = 0;
  Screening* screening_ = nullptr;
  bool took_any_ = false;        // charts of the directory that is being read
  bool only_new_below_ = false;  // known directories below are not entered
  bool checks_drift_ = false;
  std::set<Suspect> suspects_;
  std::set<charts::DirectoryIndex> new_directories_;
};

}  // namespace reaper::sweep
