#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"
#include "live/catalog_room.hpp"
#include "live/change_source.hpp"
#include "live/follower.hpp"
#include "live/unsettled_charts.hpp"
#include "live/vanished_charts.hpp"
#include "live/watcher.hpp"
#include "volume/leftover.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace reaper::live {

/// Learns of changes from watches on all directories. Where not all of them can be watched it gives its watches up, as
/// some are worth nothing, and every user has a share of them only. A later full scan tries again.
class InotifySource final : public ChangeSource {
 public:
  /// The parts that it works with.
  struct Parts {
    volume::Root& root;
    const base::Clock& clock;
    volume::Progress& progress;
    charts::Catalog& catalog;
    UnsettledCharts& unsettled;
    VanishedCharts& vanished;
    CatalogRoom& room;
  };

  explicit InotifySource(const Parts& parts);

  /// True if directories that are read are watched.
  [[nodiscard]] bool is_on() const noexcept { return why_off_.empty(); }
  /// Why they are not; empty if they are.
  [[nodiscard]] const std::string& why_off() const noexcept { return why_off_; }
  /// True if no event was missed since forgive().
  [[nodiscard]] bool is_complete() const noexcept { return follower_.is_complete(); }

  /// Becomes readable when there are events; -1 without an instance of inotify.
  [[nodiscard]] int descriptor() const noexcept { return watcher_.descriptor(); }
  [[nodiscard]] std::size_t count() const noexcept { return watcher_.count(); }
  [[nodiscard]] std::uint64_t charts_written() const noexcept { return follower_.charts_written(); }

  /// Before a full scan, once the limits of the system were read again: they were `before`. Turns the watches on or
  /// off.
  void prepare(const volume::SystemLimits& before);
  /// After a full scan it is known how many watches it would have taken.
  void conclude();

  /// If trusted, a directory with a watch in the catalog is taken to be the directory on the volume.
  void trust_known(bool trusted) noexcept { trusts_known_ = trusted; }

  void before_reading(charts::DirectoryIndex directory, int descriptor, const ScanContext& context) override;
  volume::TooDeep apply(const ScanDirectory& scan, const ScanContext& context) override;

  /// Takes the events out of the kernel's queue, which is short; apply() then looks where they point.
  void collect(const base::GlobList& patterns);
  /// True if an event about this name in the directory of the watch is still to be looked at.
  [[nodiscard]] bool is_pending(int watch, const std::string& name) const { return follower_.is_pending(watch, name); }
  /// Drops all events: what they would tell is found by reading.
  void forgive() { follower_.forgive(); }
  [[nodiscard]] std::vector<volume::Leftover> take_leftovers() { return follower_.take_leftovers(); }

  /// Ends the watch on a directory that is about to be forgotten.
  void unwatch(charts::DirectoryIndex directory) { watcher_.unwatch(in_.catalog, directory); }
  /// Ends all watches, because memory has no room for them.
  void make_room() { give_up(in_.room.refusal()); }

 private:
  [[nodiscard]] bool may_try_again(const volume::SystemLimits& before) const;
  void give_up(std::string why);
  [[nodiscard]] std::string reason_of(const base::Error& error) const;

  Parts in_;
  Watcher watcher_;
  Follower follower_;
  std::string why_off_;
  bool trusts_known_ = false;
  std::chrono::nanoseconds refused_at_{};  // by the clock since boot
  std::size_t refused_directories_ = 0;    // so many could not be watched
  bool refused_by_budget_ = false;         // in the scan that is under way
};

}  // namespace reaper::live
