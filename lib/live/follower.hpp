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

/// Keeps a catalog current by what the watches tell.
///
/// An event only says where to look: what is there when it is looked at is what the catalog learns. So it does not
/// matter how late an event comes, how many of them were put together, or in which order they are worked on.
class Follower {
 public:
  /// The parts that it works with.
  struct Parts {
    volume::Root& root;
    Watcher& watcher;
    charts::Catalog& catalog;
    UnsettledCharts& unsettled;  ///< learns of the charts whose writers may go on without an event
    VanishedCharts& vanished;    ///< learns of the charts that are gone
  };

  explicit Follower(const Parts& parts)
      : root_(&parts.root),
        watcher_(&parts.watcher),
        catalog_(&parts.catalog),
        unsettled_(&parts.unsettled),
        vanished_(&parts.vanished) {}

  /// Takes what has happened out of the kernel's queue, which is short, and remembers where to look. No file is
  /// touched, and the catalog stays as it is: this may be called in the middle of a scan or a removal.
  void collect(const base::GlobList& patterns);

  /// Scans a directory that has come into the catalog.
  using ScanArrival = std::function<volume::ScanResult(charts::DirectoryIndex)>;

  /// Looks at all those places but the ones of charts that are passed over, which stay pending.
  void apply(const ScanArrival& scan_arrival, const volume::ScanOptions& options);

  /// True if events about this name in the directory of the watch are waiting for apply().
  [[nodiscard]] bool is_pending(int watch, const std::string& name) const { return pending_.contains({watch, name}); }

  /// True if no event was lost since forgive() was called, by the kernel's queue or by ours.
  [[nodiscard]] bool is_complete() const noexcept { return complete_; }

  /// Forgets what was missed and what is pending: a full scan is under way that finds it all.
  void forgive();

  /// Charts that were quarantined since the last call, by whatever process, and have not gone since. Most are a living
  /// remover's; those of one that was killed stay.
  [[nodiscard]] std::vector<volume::Leftover> take_leftovers();

  /// Directories too deep to look for charts in that apply() has met since the last call.
  [[nodiscard]] volume::TooDeep take_too_deep() { return std::exchange(too_deep_, {}); }

  /// Charts that were finished by a writer since the start.
  [[nodiscard]] std::uint64_t charts_written() const noexcept { return charts_written_; }

 private:
  /// So many places to look at say that looking at everything is no more work.
  static constexpr std::size_t k_max_pending = 100'000;
  /// A remover has a few hundred charts in quarantine at a time. Those beyond this wait for the next full scan.
  static constexpr std::size_t k_max_quarantined = 10'000;
  /// Renames out of the root never end, and the second half of any other follows within microseconds. So those beyond
  /// this have most likely left the root.
  static constexpr std::size_t k_max_open_moves = 1000;

  struct EntryKey {
    int watch;
    std::string name;

    friend auto operator<=>(const EntryKey&, const EntryKey&) = default;
  };
  /// A rename by which a name was left.
  struct Move {
    std::uint32_t cookie;    ///< its number, as in inotify(7)
    bool has_ended = false;  ///< it has ended at another name below the root
  };
  /// The events of one key.
  struct News {
    std::uint32_t mask = 0;      ///< as in inotify(7)
    bool has_left = false;       ///< what the catalog knows under the name has gone from it
    std::shared_ptr<Move> move;  ///< the rename by which it left; null if it was removed
  };
  /// A directory of the catalog that is being looked into.
  struct Opened {
    charts::DirectoryIndex directory;
    int descriptor;
  };
  /// The arguments of apply().
  struct LookContext {
    const ScanArrival& scan_arrival;
    const volume::ScanOptions& options;
  };
  void note(const Event& event, const base::GlobList& patterns);
  void note_departure(News& news, const Event& event);
  void note_arrival(const Event& event, const base::GlobList& patterns);
  [[nodiscard]] bool ends_in_root(const News& news);
  [[nodiscard]] static std::uint32_t move_of(const News& news);
  void keep_pending(const EntryKey& key, const News& news);
  void note_quarantined(const Event& event);
  [[nodiscard]] bool is_news(const Event& event, const base::GlobList& patterns);
  [[nodiscard]] base::Result<base::FileDescriptor> open(charts::DirectoryIndex directory,
                                                        const volume::ScanOptions& options);
  void look(const Opened& opened, const EntryKey& key, const News& news, const LookContext& context);
  [[nodiscard]] bool is_in_hand(charts::DirectoryIndex directory, const std::string& name) const;
  void look_at_chart(const Opened& opened, const std::string& name, const News& news, const LookContext& context);
  void look_at_directory(const Opened& opened, const std::string& name, const News& news, const LookContext& context);
  void forget_chart(const Opened& opened, const std::string& name, const News& news);
  void note_settled(const Opened& opened, const std::string& name, std::uint32_t mask, bool is_blank);
  void forget_directory(charts::DirectoryIndex directory, const News& news);
  void look_whether_empty(const Opened& opened);
  void note_too_deep(std::uint64_t count, charts::DirectoryIndex above, const std::string& name);
  void fail(charts::DirectoryIndex directory, int result, const std::string& name, const volume::ScanOptions& options);

  volume::Root* root_;
  Watcher* watcher_;
  charts::Catalog* catalog_;
  UnsettledCharts* unsettled_;
  VanishedCharts* vanished_;
  std::map<EntryKey, News> pending_;               // by watch, so that each directory is opened once
  std::vector<std::shared_ptr<Move>> open_moves_;  // the newest renames whose other end has not been reported
  std::set<EntryKey> quarantined_;                 // quarantined, and not gone yet
  std::uint32_t restore_cookie_ = 0;               // of a chart that a remover gives back
  volume::TooDeep too_deep_;
  bool complete_ = true;
  std::uint64_t charts_written_ = 0;
};

}  // namespace reaper::live
