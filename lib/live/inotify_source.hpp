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

/// Finds changes with inotify watches on all directories. If the limits do not allow all of them, it ends every watch:
/// to watch only a part is useless, and other programs of the user need watches. A later full scan tries again.
class InotifySource final : public ChangeSource {
 public:
  /// The parts that the source works with.
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

  /// Returns true if watches are on: every directory gets a watch when it is read.
  [[nodiscard]] bool is_on() const noexcept { return why_off_.empty(); }
  /// Returns a text for people: why watches are off; empty if they are on.
  [[nodiscard]] const std::string& why_off() const noexcept { return why_off_; }
  /// Returns true if no event was lost since restart().
  [[nodiscard]] bool is_complete() const noexcept { return follower_.is_complete(); }

  /// Returns a descriptor that is readable when there are events; -1 without an inotify instance.
  [[nodiscard]] int descriptor() const noexcept { return watcher_.descriptor(); }
  [[nodiscard]] std::size_t count() const noexcept { return watcher_.count(); }
  [[nodiscard]] std::uint64_t charts_written() const noexcept { return follower_.charts_written(); }

  /// Turns the watches on or off before a full scan. The limits were just read again; `before` are the previous ones.
  void prepare(const volume::SystemLimits& before);
  /// Notes after a full scan how many watches would have been needed.
  void conclude();

  /// If `trusted`, a watch in the catalog is assumed to be on the directory that has the path now.
  void trust_known(bool trusted) noexcept { trusts_known_ = trusted; }

  void before_reading(charts::DirectoryIndex directory, volume::Scan& scan, const ScanContext& context) override;
  volume::TooDeep apply(const ScanDirectory& scan, const ScanContext& context) override;

  /// Empties the kernel's short event queue; apply() then checks the names.
  void collect(const base::GlobList& patterns);
  /// Returns true if an event about this name in the directory of the watch waits for apply().
  [[nodiscard]] bool is_pending(int watch, const std::string& name) const { return follower_.is_pending(watch, name); }
  /// Drops all events. A scan must find their changes.
  void restart() { follower_.restart(); }
  [[nodiscard]] std::vector<volume::Leftover> take_leftovers() { return follower_.take_leftovers(); }

  /// Ends the watch on a directory that is about to be forgotten.
  void unwatch(charts::DirectoryIndex directory) { watcher_.unwatch(in_.catalog, directory); }
  /// Ends all watches, to free their memory.
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
  std::chrono::nanoseconds refused_at_{};  // on the boot clock
  std::size_t refused_directories_ = 0;    // the number of directories that could not be watched
  bool refused_by_budget_ = false;         // in the running scan
};

}  // namespace reaper::live
