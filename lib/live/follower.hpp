#pragma once

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "charts/catalog.hpp"
#include "live/unsettled_charts.hpp"
#include "live/vanished_charts.hpp"
#include "live/watcher.hpp"
#include "volume/leftover.hpp"
#include "volume/root.hpp"
#include "volume/scan.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace reaper::live {

/// Updates a catalog from inotify events.
///
/// An event only says where to check. The catalog stores the state at the time of the check. So late, merged or
/// reordered events do no harm.
class Follower {
 public:
  /// The parts that the follower works with.
  struct Parts {
    volume::Root& root;
    Watcher& watcher;
    charts::Catalog& catalog;
    UnsettledCharts& unsettled;  ///< gets the charts whose writers may continue without an event
    VanishedCharts& vanished;    ///< gets the charts that are gone
  };

  explicit Follower(const Parts& parts)
      : root_(&parts.root),
        watcher_(&parts.watcher),
        catalog_(&parts.catalog),
        unsettled_(&parts.unsettled),
        vanished_(&parts.vanished) {}

  /// Empties the kernel's short event queue and remembers which names to check. It touches neither files nor charts in
  /// the catalog, so it may be called during a scan or a removal.
  void collect(const base::GlobList& patterns);

  /// Scans a directory that is new in the catalog.
  using ScanArrival = std::function<volume::ScanResult(charts::DirectoryIndex)>;

  /// Checks the remembered names. Names of excluded charts stay pending.
  void apply(const ScanArrival& scan_arrival, const volume::ScanOptions& options);

  /// Returns true if an event about this name in the directory of the watch waits for apply().
  [[nodiscard]] bool is_pending(int watch, const std::string& name) const { return pending_.contains({watch, name}); }

  /// Returns true if neither the kernel's queue nor ours lost an event since restart().
  [[nodiscard]] bool is_complete() const noexcept { return complete_; }

  /// Forgets lost and pending events, because a full scan finds all changes.
  void restart();

  /// Returns the charts that any process quarantined since the last call and that are still in quarantine. Most belong
  /// to a running remover; those of a killed remover stay there.
  [[nodiscard]] std::vector<volume::Leftover> take_leftovers();

  /// Returns the directories that apply() found too deep to scan since the last call.
  [[nodiscard]] volume::TooDeep take_too_deep() { return std::exchange(too_deep_, {}); }

  /// Returns the number of charts that writers finished since the start.
  [[nodiscard]] std::uint64_t charts_written() const noexcept { return charts_written_; }

 private:
  /// Beyond this number of names, a full scan costs no more than the checks.
  static constexpr std::size_t k_max_pending = 100'000;
  /// A remover has a few hundred charts in quarantine at a time. The next full scan finds those beyond this number.
  static constexpr std::size_t k_max_quarantined = 10'000;
  /// Renames out of the root never get a second event; for all others it follows within microseconds. If there are more
  /// open renames than this, the oldest ones have most likely left the root.
  static constexpr std::size_t k_max_open_moves = 1000;

  struct EntryKey {
    int watch;
    std::string name;

    friend auto operator<=>(const EntryKey&, const EntryKey&) = default;
  };
  /// A rename away from a name.
  struct Move {
    std::uint32_t cookie;    ///< the number of the rename, see inotify(7)
    bool has_ended = false;  ///< true if the new name is below the root
  };
  /// The events of one name, merged.
  struct PendingEvents {
    std::uint32_t mask = 0;      ///< see inotify(7)
    bool has_left = false;       ///< true if the chart or directory in the catalog has left the name
    std::shared_ptr<Move> move;  ///< the rename by which it left; null if it was removed
  };
  /// An open directory of the catalog.
  struct Opened {
    charts::DirectoryIndex directory;
    int descriptor;
  };
  /// The arguments of apply().
  struct CheckContext {
    const ScanArrival& scan_arrival;
    const volume::ScanOptions& options;
  };
  void note(const Event& event, const base::GlobList& patterns);
  void note_departure(PendingEvents& events, const Event& event);
  void note_arrival(const Event& event, const base::GlobList& patterns);
  [[nodiscard]] bool ends_in_root(const PendingEvents& events);
  [[nodiscard]] static std::uint32_t move_of(const PendingEvents& events);
  void keep_pending(const EntryKey& key, const PendingEvents& events);
  void note_quarantined(const Event& event);
  [[nodiscard]] bool needs_check(const Event& event, const base::GlobList& patterns);
  [[nodiscard]] base::Result<base::FileDescriptor> open(charts::DirectoryIndex directory,
                                                        const volume::ScanOptions& options);
  void check(const Opened& opened, const EntryKey& key, const PendingEvents& events, const CheckContext& context);
  [[nodiscard]] bool is_excluded_from_plan(charts::DirectoryIndex directory, const std::string& name) const;
  void check_chart(const Opened& opened, const std::string& name, const PendingEvents& events,
                   const CheckContext& context);
  void check_directory(const Opened& opened, const std::string& name, const PendingEvents& events,
                       const CheckContext& context);
  void forget_chart(const Opened& opened, const std::string& name, const PendingEvents& events);
  void update_unsettled(const Opened& opened, const std::string& name, std::uint32_t mask, bool is_zero_bytes);
  void forget_directory(charts::DirectoryIndex directory, const PendingEvents& events);
  void check_whether_empty(const Opened& opened);
  void note_too_deep(std::uint64_t count, charts::DirectoryIndex above, const std::string& name);
  void fail(charts::DirectoryIndex directory, int result, const std::string& name, const volume::ScanOptions& options);

  volume::Root* root_;
  Watcher* watcher_;
  charts::Catalog* catalog_;
  UnsettledCharts* unsettled_;
  VanishedCharts* vanished_;
  std::map<EntryKey, PendingEvents> pending_;      // sorted by watch, so that each directory is opened once
  std::vector<std::shared_ptr<Move>> open_moves_;  // the newest renames that have no known new name yet
  std::set<EntryKey> quarantined_;                 // charts still in quarantine
  std::uint32_t restore_cookie_ = 0;               // the rename by which a remover puts a chart back
  volume::TooDeep too_deep_;
  bool complete_ = true;
  std::uint64_t charts_written_ = 0;
};

}  // namespace reaper::live
