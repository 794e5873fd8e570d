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

/// The known charts and directories on the volume. Scans and events keep it current; it does not record which of them
/// found a chart. It always contains the root.
///
/// Some charts have a modification time in the future. The catalog then orders the chart by its change time, or by the
/// time when it was first seen if the change time is in the future, too. It keeps that time until the chart changes. So
/// the chart does not stay for ever, and does not stay longer than charts that were written after it.
class Catalog {
 public:
  /// `clock` decides which times lie in the future; without a clock, none do.
  explicit Catalog(const base::Clock* clock = nullptr);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  ~Catalog() = default;

  // Directories.

  /// Returns the directory with this name. Adds it first if it is unknown.
  DirectoryIndex put_directory(DirectoryIndex parent, std::string_view name);
  /// The same, and also returns true if the directory was added. Faster than put_directory() if it is new.
  std::pair<DirectoryIndex, bool> add_directory(DirectoryIndex parent, std::string_view name);
  /// Reserves room for `count` directories.
  void expect_directories(std::size_t count);
  [[nodiscard]] DirectoryIndex find_directory(DirectoryIndex parent, std::string_view name) const;
  /// The same with the path relative to the root; an empty path is the root. Returns k_no_directory if unknown.
  [[nodiscard]] DirectoryIndex find_directory(std::string_view path) const;
  DirectoryIndex put_directory(std::string_view path);

  /// Forgets the directory and all below it, but never the root itself. First calls `on_forget` for each directory.
  void forget_directory(DirectoryIndex index, const std::function<void(DirectoryIndex)>& on_forget = {});

  [[nodiscard]] const Directory& directory(DirectoryIndex index) const { return directories_[index]; }
  /// Returns true while a Reading of the directory is open.
  [[nodiscard]] bool is_being_read(DirectoryIndex index) const noexcept { return reading_.directory == index; }
  [[nodiscard]] std::string path(DirectoryIndex index) const;
  [[nodiscard]] std::string_view name(const Directory& directory) const { return names_[directory.name_]; }
  [[nodiscard]] std::size_t directory_count() const noexcept { return directory_count_; }
  void for_each_directory(const std::function<void(DirectoryIndex)>& visit) const;

  /// Stores the time when an entry was last created or removed in the directory, or `k_not_looked_at`.
  void set_modified(DirectoryIndex index, std::int64_t modified_ns) { directories_[index].modified_ns_ = modified_ns; }
  /// Stores the directory's inotify watch; -1 for none.
  void set_watch(DirectoryIndex index, std::int32_t watch) { directories_[index].watch_ = watch; }
  /// Notes that an entry other than a chart was created or removed in the directory.
  void mark_changed(DirectoryIndex index) { directories_[index].changed_ = true; }
  /// Notes that some entries of the directory are unknown.
  void mark_incomplete(DirectoryIndex index) { set_complete(directories_[index], false); }
  /// Notes that something is mounted on the directory, so its entries are unknown.
  void mark_mount(DirectoryIndex index);
  /// Notes that the current scan has seen the directory in its parent, although it will not read it.
  void mark_found(DirectoryIndex index) { directories_[index].round_ = round_; }
  /// Count one more, or one less, of the directory's other entries, see Directory::others().
  void add_other(DirectoryIndex index) { ++directories_[index].others_; }
  void remove_other(DirectoryIndex index);

  // Charts.

  /// Adds the chart or updates its state.
  Change put(DirectoryIndex directory, std::string_view name, const ChartState& state);
  /// The same with the state from a snapshot.
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
  /// Returns the space that the chart takes on the volume. Nearly always that is the size rounded up to whole blocks,
  /// so the record does not store it. The catalog stores other values in a separate map.
  [[nodiscard]] std::uint64_t allocated_bytes(ChartIndex index) const;
  /// Returns the space that removing the chart would free: none if it has another hard link.
  [[nodiscard]] base::Room room_of(ChartIndex index) const;
  [[nodiscard]] ChartSnapshot snapshot_of(ChartIndex index) const;
  void for_each_chart(DirectoryIndex directory, const std::function<void(ChartIndex)>& visit) const;
  /// Visits the charts whose modification time was in the future when they were first seen, in any order.
  void for_each_future_chart(const std::function<void(ChartIndex)>& visit) const;

  // Counts and sums. Each call takes constant time.

  [[nodiscard]] std::uint64_t chart_count() const noexcept { return chart_count_; }
  /// Returns the sum of counted_bytes() of all charts.
  [[nodiscard]] std::uint64_t total_bytes() const noexcept { return total_bytes_; }
  /// Returns the space that all charts take on the volume, in whole blocks.
  [[nodiscard]] std::uint64_t total_allocated_bytes() const noexcept { return total_allocated_bytes_; }
  /// Returns the space that a large chart takes on the volume: the 99th percentile. The largest chart never counts, so
  /// that a single unusual chart does not decide the result. So the result is 0 for fewer than two charts.
  [[nodiscard]] std::uint64_t large_chart_bytes() const noexcept;
  /// Returns the number of charts whose modification time was in the future when they were first seen.
  [[nodiscard]] std::uint64_t future_count() const noexcept { return future_charts_.size(); }
  /// Returns the number of directories that hold charts.
  [[nodiscard]] std::uint64_t set_count() const noexcept { return set_count_; }
  /// Returns the number of charts that have another hard link.
  [[nodiscard]] std::uint64_t linked_count() const noexcept { return linked_count_; }
  /// Returns the number of directories that were not read completely and may hold unknown charts.
  [[nodiscard]] std::uint64_t unreadable_count() const noexcept { return unreadable_count_; }

  /// Returns the estimated memory of the catalog: 44 bytes a chart, plus directories and names, plus a quarter of that
  /// for the spare capacity of vectors and for sorting. Records of forgotten charts are not counted: new charts use
  /// them again.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    const std::uint64_t bytes = chart_count_ * (sizeof(Chart) + k_order_bytes) + future_count() * k_order_bytes +
                                directory_count_ * (sizeof(Directory) + k_order_bytes) + names_.memory_bytes();
    return bytes + bytes / 4;
  }

  /// Calls `visit` for each chart in the order of removal until it returns false. It must not change the catalog.
  void visit_oldest_first(const std::function<bool(ChartIndex)>& visit) const { order_.visit_oldest_first(visit); }
  void visit_newest_first(const std::function<bool(ChartIndex)>& visit) const { order_.visit_newest_first(visit); }
  /// Return the oldest and the newest chart, or k_no_chart.
  [[nodiscard]] ChartIndex oldest() const { return order_.oldest(); }
  [[nodiscard]] ChartIndex newest() const { return order_.newest(); }
  /// Sorts the charts now. Call it after many were added; otherwise the next visit sorts them.
  void settle_order() { order_.settle(); }

  // A sweep makes several plans. It excludes the charts that an earlier plan of the sweep has tried.

  /// Excludes the chart from plans until it changes or end_exclusions() is called.
  void exclude_from_plan(ChartIndex chart);
  void end_exclusions();
  [[nodiscard]] std::uint64_t excluded_bytes() const noexcept { return excluded_bytes_; }

  // After a scan, its caller forgets the directories that the scan did not find. A Reading does the same for charts.

  /// Begins a scan: no directory counts as found until the scan finds it.
  void begin_scan();
  /// Returns the directories below `top` that the scan did not find, although it read their parents completely. Does
  /// not return the directories below those, because forget_directory() forgets them, too.
  [[nodiscard]] std::vector<DirectoryIndex> unseen_directories(DirectoryIndex top) const;
  /// The same for the direct children of `parents`, which must be in ascending order.
  [[nodiscard]] std::vector<DirectoryIndex> unseen_children(const std::vector<DirectoryIndex>& parents) const;

  /// Corrects the catalog after a full scan: counts everything again, and drops charts and directories that no path
  /// leads to. Returns the number of mistakes that it found; more than 0 means that the program has a bug. Calls
  /// `on_forget` before it forgets a directory.
  std::uint64_t repair(const std::function<void(DirectoryIndex)>& on_forget = {});

  /// Forgets everything.
  void clear(const std::function<void(DirectoryIndex)>& on_forget = {}) { forget_directory(k_root, on_forget); }

 private:
  friend class Reading;

  /// Memory for the position of a chart in the age order, and for sorting it. Also the memory for a directory in the
  /// directory index, and for a chart in the set of charts from the future.
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

  /// Facts about the directory that is being read. With them, put() often knows that a chart is new without a search.
  struct ReadingMarks {
    DirectoryIndex directory = k_no_directory;
    std::size_t unseen = 0;   // at most this many of the charts known before are not found yet
    std::uint64_t names = 0;  // the bits of the names found so far, see bit_of(); several names can have the same bit

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
  std::int64_t now_ns_ = INT64_MIN;  // the time that the clock showed at its last use
  NamePool names_;
  Records<Chart> charts_;
  ChartIndex free_chart_ = k_no_chart;                          // first of the free records, linked by Chart::next_
  boost::unordered_flat_map<ChartIndex, std::uint64_t> large_;  // sizes that do not fit into a record
  boost::unordered_flat_map<ChartIndex, std::uint64_t> apart_;  // space of charts with Allocation::apart
  boost::unordered_flat_set<ChartIndex> future_charts_;         // few, unless the clock of a writer is wrong
  Records<Directory> directories_;
  std::vector<DirectoryIndex> free_directories_;
  boost::unordered_flat_set<DirectoryIndex, DirectoryHash, DirectoryEqual> directory_index_;
  boost::unordered_flat_set<ChartIndex, ChartHash, ChartEqual> name_index_;  // charts of large directories, by name
  // Mutable, so that const functions can sort it: sorting changes no result. So only one thread at a time may use a
  // catalog, even for reading.
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
