#pragma once

#include "base/clock.hpp"
#include "base/size.hpp"
#include "charts/age_order.hpp"
#include "charts/chart.hpp"
#include "charts/chart_record.hpp"
#include "charts/directory.hpp"
#include "charts/name_pool.hpp"
#include "charts/record_sizes.hpp"
#include "charts/records.hpp"
#include "charts/size_histogram.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::charts {

/// The effect of put() on a chart.
enum class Change : std::uint8_t { none, added, updated };

/// The charts and directories on the volume, as far as they are known. Scans and events keep it current, and its
/// readers cannot tell which of them reported a chart. It always contains the root.
///
/// A chart whose time lies in the future is ordered by its change time if that is past. Otherwise the time at which it
/// was first seen counts. That lasts until the chart changes. So it neither stays for ever nor outlives charts that
/// were written after it.
class Catalog {
 public:
  /// `clock` decides which times lie in the future; without a clock, none do.
  explicit Catalog(const base::Clock* clock = nullptr);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  ~Catalog() = default;

  // Directories.

  /// Returns the directory with this name and adds it if it is unknown.
  DirectoryIndex put_directory(DirectoryIndex parent, std::string_view name);
  /// Returns the directory and true if it was added. Cheaper than put_directory() for new directories.
  std::pair<DirectoryIndex, bool> add_directory(DirectoryIndex parent, std::string_view name);
  /// Reserves room for `count` directories.
  void expect_directories(std::size_t count);
  [[nodiscard]] DirectoryIndex find_directory(DirectoryIndex parent, std::string_view name) const;
  /// Finds a directory by its path relative to the root; the root if `path` is empty. Returns k_no_directory if
  /// unknown.
  [[nodiscard]] DirectoryIndex find_directory(std::string_view path) const;
  DirectoryIndex put_directory(std::string_view path);

  /// Forgets the directory and everything below it; the root itself stays. Calls `on_forget` for each directory first.
  void forget_directory(DirectoryIndex index, const std::function<void(DirectoryIndex)>& on_forget = {});

  [[nodiscard]] const Directory& directory(DirectoryIndex index) const { return directories_[index]; }
  /// Returns true while a Reading of the directory is open.
  [[nodiscard]] bool is_being_read(DirectoryIndex index) const noexcept { return reading_.directory == index; }
  [[nodiscard]] std::string path(DirectoryIndex index) const;
  [[nodiscard]] std::string_view name(const Directory& directory) const { return names_[directory.name_]; }
  [[nodiscard]] std::size_t directory_count() const noexcept { return directory_count_; }
  void for_each_directory(const std::function<void(DirectoryIndex)>& visit) const;

  /// Stores when an entry was last created or removed in the directory; `k_not_looked_at` if that is unknown.
  void set_modified(DirectoryIndex index, std::int64_t modified_ns) { directories_[index].modified_ns_ = modified_ns; }
  /// Stores the directory's inotify watch; -1 for none.
  void set_watch(DirectoryIndex index, std::int32_t watch) { directories_[index].watch_ = watch; }
  /// Notes that an entry that is no chart was created or removed in it.
  void mark_changed(DirectoryIndex index) { directories_[index].changed_ = true; }
  /// Notes that some entries of the directory are unknown.
  void mark_incomplete(DirectoryIndex index) { set_complete(directories_[index], false); }
  /// Notes that something is mounted on it, so its entries are unknown.
  void mark_mount(DirectoryIndex index);
  /// Notes that the current scan found the directory in its parent but does not read it.
  void mark_found(DirectoryIndex index) { directories_[index].round_ = round_; }
  /// Count one more, or one less, entry that is no chart.
  void add_other(DirectoryIndex index) { ++directories_[index].others_; }
  void remove_other(DirectoryIndex index);

  // Charts.

  /// Adds the chart or updates its state.
  Change put(DirectoryIndex directory, std::string_view name, const ChartState& state);
  /// The same with the state stored in a snapshot.
  Change put(DirectoryIndex directory, const ChartSnapshot& chart);
  /// Forgets the chart. Returns true if it was known.
  bool forget(DirectoryIndex directory, std::string_view name);
  void forget(ChartIndex chart);
  [[nodiscard]] ChartIndex find(DirectoryIndex directory, std::string_view name) const;
  [[nodiscard]] const Chart& chart(ChartIndex index) const { return charts_[index]; }
  [[nodiscard]] std::string_view name(const Chart& chart) const { return names_[chart.name_]; }
  [[nodiscard]] std::string path(const Chart& chart) const;
  /// Returns the chart's share of the size limit.
  [[nodiscard]] std::uint64_t counted_bytes(ChartIndex index) const;
  /// Returns the space that the chart takes on the volume. That is nearly always its size in whole blocks, which needs
  /// no memory; other values are stored apart.
  [[nodiscard]] std::uint64_t allocated_bytes(ChartIndex index) const;
  /// Returns the space that removing the chart would free: none if it has another hard link.
  [[nodiscard]] base::Room room_of(ChartIndex index) const;
  [[nodiscard]] ChartSnapshot snapshot_of(ChartIndex index) const;
  void for_each_chart(DirectoryIndex directory, const std::function<void(ChartIndex)>& visit) const;
  /// Charts whose own time lay in the future when they were first seen, in no order.
  void for_each_future_chart(const std::function<void(ChartIndex)>& visit) const;

  // Figures, in constant time.

  [[nodiscard]] std::uint64_t chart_count() const noexcept { return chart_count_; }
  [[nodiscard]] std::uint64_t total_bytes() const noexcept { return total_bytes_; }
  /// The same as space on the volume, in whole blocks.
  [[nodiscard]] std::uint64_t total_allocated_bytes() const noexcept { return total_allocated_bytes_; }
  /// Returns the 99th percentile of the space that charts take on the volume; 0 for fewer than two charts. At most one
  /// chart in a hundred takes more. One chart may always take more, so that a single odd chart does not decide the
  /// figure.
  [[nodiscard]] std::uint64_t large_chart_bytes() const noexcept;
  /// Returns the number of charts whose own time lay in the future when they were first seen.
  [[nodiscard]] std::uint64_t future_count() const noexcept { return future_charts_.size(); }
  /// Returns the number of directories that hold charts.
  [[nodiscard]] std::uint64_t set_count() const noexcept { return set_count_; }
  [[nodiscard]] std::uint64_t linked_count() const noexcept { return linked_count_; }
  /// Returns the number of directories that were not read to their end, so that they may hold more charts.
  [[nodiscard]] std::uint64_t unreadable_count() const noexcept { return unreadable_count_; }

  /// Returns the estimated memory of the catalog: 44 bytes a chart, plus directories and names, plus a quarter for
  /// vectors that grow by doubling and for sorting. Memory of forgotten charts is used again and not counted.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    const std::uint64_t bytes = chart_count_ * (sizeof(Chart) + k_order_bytes) + future_count() * k_order_bytes +
                                directory_count_ * (sizeof(Directory) + k_order_bytes) + names_.memory_bytes();
    return bytes + bytes / 4;
  }

  /// Visits charts in the order of removal until `visit` returns false. The catalog must not change meanwhile.
  void visit_oldest_first(const std::function<bool(ChartIndex)>& visit) const { order_.visit_oldest_first(visit); }
  void visit_newest_first(const std::function<bool(ChartIndex)>& visit) const { order_.visit_newest_first(visit); }
  /// Return the oldest and the newest chart, or k_no_chart.
  [[nodiscard]] ChartIndex oldest() const { return order_.oldest(); }
  [[nodiscard]] ChartIndex newest() const { return order_.newest(); }
  /// Sorts the charts after many were added, so that the functions above need not.
  void settle_order() { order_.settle(); }

  // A sweep plans several times. It excludes the charts that it has already tried.

  /// Excludes the chart from plans until it changes or end_exclusions() is called.
  void exclude_from_plan(ChartIndex chart);
  void end_exclusions();
  [[nodiscard]] std::uint64_t excluded_bytes() const noexcept { return excluded_bytes_; }

  // A scan forgets the directories that it did not find. A Reading does the same for charts.

  void begin_scan();
  /// Returns the directories below `top` that the scan did not find although it read their parents to the end. Their
  /// own subdirectories are not listed; forgetting a directory forgets those too.
  [[nodiscard]] std::vector<DirectoryIndex> unseen_directories(DirectoryIndex top) const;
  /// The same for the direct children of `parents`, which must be in ascending order.
  [[nodiscard]] std::vector<DirectoryIndex> unseen_children(const std::vector<DirectoryIndex>& parents) const;

  /// Counts everything again and drops charts and directories that no path leads to, so that a full scan ends every
  /// mistake. Returns the number of mistakes: 0, unless the program has an error. Calls `on_forget` before it forgets a
  /// directory.
  std::uint64_t repair(const std::function<void(DirectoryIndex)>& on_forget = {});

  /// Forgets everything.
  void clear(const std::function<void(DirectoryIndex)>& on_forget = {}) { forget_directory(k_root, on_forget); }

 private:
  friend class Reading;

  /// Memory of a chart in the order and while that is sorted, of a directory in the index, of a chart from the future.
  static constexpr std::uint64_t k_order_bytes = 12;

  struct DirectoryKey {
    DirectoryIndex parent;
    std::string_view name;
  };
  struct ChartKey {
    DirectoryIndex directory;
    NameId name;
  };
  struct DirectoryHash {
    using is_transparent = void;
    const Catalog* catalog;
    std::size_t operator()(const DirectoryKey& key) const noexcept;
    std::size_t operator()(DirectoryIndex index) const noexcept { return (*this)(catalog->key_of_directory(index)); }
  };
  struct DirectoryEqual {
    using is_transparent = void;
    const Catalog* catalog;
    bool operator()(DirectoryIndex left, DirectoryIndex right) const noexcept {
      return left == right || (*this)(catalog->key_of_directory(left), right);
    }
    bool operator()(const DirectoryKey& key, DirectoryIndex index) const noexcept;
    bool operator()(DirectoryIndex index, const DirectoryKey& key) const noexcept { return (*this)(key, index); }
  };
  struct ChartHash {
    using is_transparent = void;
    const Catalog* catalog;
    std::size_t operator()(const ChartKey& key) const noexcept;
    std::size_t operator()(ChartIndex index) const noexcept;
  };
  struct ChartEqual {
    using is_transparent = void;
    const Catalog* catalog;
    bool operator()(ChartIndex left, ChartIndex right) const noexcept { return left == right; }
    bool operator()(const ChartKey& key, ChartIndex index) const noexcept;
    bool operator()(ChartIndex index, const ChartKey& key) const noexcept { return (*this)(key, index); }
  };

  /// Knowledge about the charts of the directory that is being read. It saves the search for charts that must be new.
  struct ReadingMarks {
    DirectoryIndex directory = k_no_directory;
    std::size_t unseen = 0;   // upper bound of the charts that were known before and not found yet
    std::uint64_t names = 0;  // one bit, chosen by name, for each chart found so far; names can share a bit

    [[nodiscard]] static std::uint64_t bit_of(NameId name) noexcept { return std::uint64_t{1} << (name % 64U); }
    [[nodiscard]] bool knows_none(NameId name) const noexcept { return unseen == 0 && (names & bit_of(name)) == 0; }
  };

  struct State {
    std::int64_t modified_ns;
    std::uint64_t counted_bytes;
    std::uint64_t allocated_bytes;
    std::uint32_t digest;
    bool linked;
    bool future;
  };

  /// The figures that repair() counts again.
  struct Totals {
    std::uint64_t charts;
    std::uint64_t bytes;
    std::uint64_t allocated_bytes;
    std::uint64_t future;
    std::uint64_t sets;
    std::uint64_t linked;
    std::uint64_t unreadable;

    friend bool operator==(const Totals&, const Totals&) = default;
  };

  [[nodiscard]] DirectoryKey key_of_directory(DirectoryIndex index) const noexcept;
  [[nodiscard]] ChartIndex find(DirectoryIndex directory, NameId name) const;
  [[nodiscard]] bool path_before(ChartIndex left, ChartIndex right) const;
  Change put(DirectoryIndex directory, std::string_view name, const State& state);
  void add(DirectoryIndex directory, NameId name, const State& state);
  Change update(ChartIndex index, const State& state);
  [[nodiscard]] bool is_in_future(std::int64_t modified_ns);
  void keep_apart(ChartIndex index, const RecordSizes& sizes, const State& state);
  void forget_sizes(const Chart& chart, ChartIndex index);
  void count_in(ChartIndex index, const State& state);
  void count_out(ChartIndex index);
  void end_exclusion(ChartIndex index);
  void index_charts(DirectoryIndex directory);
  void drop_dead(DirectoryIndex directory);
  void forget_one_directory(DirectoryIndex index);
  void set_complete(Directory& directory, bool complete);
  [[nodiscard]] bool is_unseen(DirectoryIndex index) const;
  void mark_unseen(const Directory& directory);
  void for_each_unseen_chart(DirectoryIndex directory, const std::function<void(ChartIndex)>& visit) const;
  std::uint64_t forget_lost_directories(const std::function<void(DirectoryIndex)>& on_forget);
  std::uint64_t recount(Directory& directory, std::vector<bool>& listed);
  std::uint64_t drop_unlisted(const std::vector<bool>& listed);
  [[nodiscard]] Totals totals() const noexcept;

  const base::Clock* clock_;
  std::int64_t now_ns_ = INT64_MIN;  // the last reading of the clock
  NamePool names_;
  Records<Chart> charts_;
  ChartIndex free_chart_ = k_no_chart;                          // list of forgotten records, linked by `next`
  boost::unordered_flat_map<ChartIndex, std::uint64_t> large_;  // sizes that do not fit into a record
  boost::unordered_flat_map<ChartIndex, std::uint64_t> apart_;  // space of charts with Allocation::apart
  boost::unordered_flat_set<ChartIndex> future_charts_;         // few, unless the clock of a writer is wrong
  Records<Directory> directories_;
  std::vector<DirectoryIndex> free_directories_;
  boost::unordered_flat_set<DirectoryIndex, DirectoryHash, DirectoryEqual> directory_index_;
  boost::unordered_flat_set<ChartIndex, ChartHash, ChartEqual> name_index_;  // charts of large directories, by name
  // Mutable, because it is a cache of the records: sorting moves slots but changes no answer, so const queries may
  // sort. Only one thread at a time may use a catalog, even for reading.
  mutable AgeOrder order_;
  std::vector<ChartIndex> excluded_;
  std::uint64_t excluded_bytes_ = 0;
  SizeHistogram allocations_;
  std::uint64_t chart_count_ = 0;
  std::uint64_t total_bytes_ = 0;
  std::uint64_t total_allocated_bytes_ = 0;
  std::uint64_t set_count_ = 0;
  std::uint64_t linked_count_ = 0;
  std::uint64_t unreadable_count_ = 0;
  std::size_t directory_count_ = 1;
  std::uint16_t round_ = 0;
  ReadingMarks reading_;
};

}  // namespace reaper::charts
