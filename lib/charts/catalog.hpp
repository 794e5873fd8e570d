#pragma once

#include "base/clock.hpp"
#include "base/size.hpp"
#include "charts/age_order.hpp"
#include "charts/chart.hpp"
#include "charts/chart_record.hpp"
#include "charts/directory.hpp"
#include "charts/name_pool.hpp"
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

/// The effect of a put on a chart.
enum class Change : std::uint8_t { none, added, updated };

/// What is on the volume: every chart and every directory, as far as is known. Kept current by scans and by events;
/// nobody who reads it can tell from which of them a chart came. The root is always there.
///
/// A chart whose time lies in the future is ordered and aged by its change time if that is past, else by when it was
/// first seen, until it changes: so it neither stays for ever nor outlives those that were written after it.
class Catalog {
 public:
  /// `clock` tells which times lie in the future; without one, none does.
  explicit Catalog(const base::Clock* clock = nullptr);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  ~Catalog() = default;

  // Directories.

  /// The directory of that name, added if it is not known.
  DirectoryIndex put_directory(DirectoryIndex parent, std::string_view name);
  /// The same, and whether it was added; cheaper if it is.
  std::pair<DirectoryIndex, bool> add_directory(DirectoryIndex parent, std::string_view name);
  /// So many are going to be known: there is room for them then.
  void expect_directories(std::size_t count);
  [[nodiscard]] DirectoryIndex find_directory(DirectoryIndex parent, std::string_view name) const;
  /// By its path relative to the root; empty for the root.
  [[nodiscard]] DirectoryIndex find_directory(std::string_view path) const;
  DirectoryIndex put_directory(std::string_view path);

  /// Forgets the directory and everything below it; tells of each directory before it goes. The root stays, empty.
  void forget_directory(DirectoryIndex index, const std::function<void(DirectoryIndex)>& on_forget = {});

  [[nodiscard]] const Directory& directory(DirectoryIndex index) const { return directories_[index]; }
  /// True while a Reading of the directory goes on.
  [[nodiscard]] bool is_being_read(DirectoryIndex index) const noexcept { return reading_.directory == index; }
  [[nodiscard]] std::string path(DirectoryIndex index) const;
  [[nodiscard]] std::string_view name(const Directory& directory) const { return names_[directory.name_]; }
  [[nodiscard]] std::size_t directory_count() const noexcept { return directory_count_; }
  void for_each_directory(const std::function<void(DirectoryIndex)>& visit) const;

  /// When an entry was last made or removed in the directory; `k_not_looked_at` if that is not known.
  void set_modified(DirectoryIndex index, std::int64_t modified_ns) { directories_[index].modified_ns_ = modified_ns; }
  /// The watch on the directory; -1 for none.
  void set_watch(DirectoryIndex index, std::int32_t watch) { directories_[index].watch_ = watch; }
  /// Something that is no chart came or went in it.
  void mark_changed(DirectoryIndex index) { directories_[index].changed_ = true; }
  /// Not all that is in it is known.
  void mark_incomplete(DirectoryIndex index) { set_complete(directories_[index], false); }
  /// The same, as something is mounted on it.
  void mark_mount(DirectoryIndex index);
  /// The scan has found it in the one above, and does not read it.
  void mark_found(DirectoryIndex index) { directories_[index].round_ = round_; }
  /// One more of what is no chart, or one less, is directly in it.
  void add_other(DirectoryIndex index) { ++directories_[index].others_; }
  void remove_other(DirectoryIndex index);

  // Charts.

  /// Makes the catalog know this state of a chart.
  Change put(DirectoryIndex directory, std::string_view name, const ChartState& state);
  /// The same with what a judgement still knows of the state.
  Change put(DirectoryIndex directory, const ChartSnapshot& chart);
  /// Whether the chart was known.
  bool forget(DirectoryIndex directory, std::string_view name);
  void forget(ChartIndex chart);
  [[nodiscard]] ChartIndex find(DirectoryIndex directory, std::string_view name) const;
  [[nodiscard]] const Chart& chart(ChartIndex index) const { return charts_[index]; }
  [[nodiscard]] std::string_view name(const Chart& chart) const { return names_[chart.name_]; }
  [[nodiscard]] std::string path(const Chart& chart) const;
  /// The chart's share of the size limit.
  [[nodiscard]] std::uint64_t counted_bytes(ChartIndex index) const;
  /// The chart's share of the volume. Nearly always its size in whole blocks, which takes no memory; others are kept
  /// apart.
  [[nodiscard]] std::uint64_t allocated_bytes(ChartIndex index) const;
  /// The room that the chart's removal makes on the volume: none if it has another hard link.
  [[nodiscard]] base::Room room_of(ChartIndex index) const;
  [[nodiscard]] ChartSnapshot snapshot_of(ChartIndex index) const;
  void for_each_chart(DirectoryIndex directory, const std::function<void(ChartIndex)>& visit) const;

  // Figures, in constant time.

  [[nodiscard]] std::uint64_t chart_count() const noexcept { return chart_count_; }
  [[nodiscard]] std::uint64_t total_bytes() const noexcept { return total_bytes_; }
  /// The same on the volume, in whole blocks.
  [[nodiscard]] std::uint64_t total_allocated_bytes() const noexcept { return total_allocated_bytes_; }
  /// The 99th percentile of what charts take on the volume: at most a hundredth of them takes more, but one may always,
  /// so that a single odd chart says nothing about the others. 0 for fewer than two charts.
  [[nodiscard]] std::uint64_t large_chart_bytes() const noexcept;
  /// Charts whose own time lay in the future when they were first seen.
  [[nodiscard]] std::uint64_t future_count() const noexcept { return future_count_; }
  /// Directories that hold charts.
  [[nodiscard]] std::uint64_t set_count() const noexcept { return set_count_; }
  [[nodiscard]] std::uint64_t linked_count() const noexcept { return linked_count_; }
  /// Directories that could not be read to their end, so that there may be more charts.
  [[nodiscard]] std::uint64_t unreadable_count() const noexcept { return unreadable_count_; }

  /// Memory that the catalog takes, estimated: 44 bytes a chart, directories and names, and a quarter more for what
  /// grows by doubling and for sorting. That of forgotten charts serves for new ones, and does not count.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    const std::uint64_t bytes = chart_count_ * (sizeof(Chart) + k_order_bytes) +
                                directory_count_ * (sizeof(Directory) + k_order_bytes) + names_.memory_bytes();
    return bytes + bytes / 4;
  }

  /// Charts in the order of removal, until `visit` returns false. Nothing may be changed meanwhile.
  void visit_oldest_first(const std::function<bool(ChartIndex)>& visit) const { order_.visit_oldest_first(visit); }
  void visit_newest_first(const std::function<bool(ChartIndex)>& visit) const { order_.visit_newest_first(visit); }
  /// The oldest and the newest chart, or k_no_chart.
  [[nodiscard]] ChartIndex oldest() const { return order_.oldest(); }
  [[nodiscard]] ChartIndex newest() const { return order_.newest(); }
  /// After many charts were added: sorts them, so that the functions above need not.
  void settle_order() { order_.settle(); }

  // A sweep in several steps: what it has tried already is not planned again.

  /// Marks a chart until it changes or the sweep is over.
  void exclude_from_plan(ChartIndex chart);
  void end_exclusions();
  [[nodiscard]] std::uint64_t excluded_bytes() const noexcept { return excluded_bytes_; }

  // Scans: directories that are not found any more are forgotten. Reading does the same for charts.

  void begin_scan();
  /// Directories below `top` that the scan has not found, though their parents were read to the end. Those below one of
  /// them are forgotten with it.
  [[nodiscard]] std::vector<DirectoryIndex> unseen_directories(DirectoryIndex top) const;
  /// The same of those directly below one of `parents`, which are in ascending order.
  [[nodiscard]] std::vector<DirectoryIndex> unseen_children(const std::vector<DirectoryIndex>& parents) const;

  /// Counts everything again and drops what is in no directory that can be reached, so that no mistake outlives a full
  /// scan. Returns how many mistakes there were: 0, unless the program has an error. Tells of each directory before it
  /// goes.
  std::uint64_t repair(const std::function<void(DirectoryIndex)>& on_forget = {});

  /// Forgets everything.
  void clear(const std::function<void(DirectoryIndex)>& on_forget = {}) { forget_directory(k_root, on_forget); }

 private:
  friend class Reading;

  /// Of a chart in the order and while that is sorted, of a directory in the index.
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

  /// What is known of the charts of the directory that is being read, so that those of a new one need not be looked
  /// for.
  struct ReadingMarks {
    DirectoryIndex directory = k_no_directory;
    std::size_t unseen = 0;   // at most so many were known before and have not been seen yet
    std::uint64_t names = 0;  // a bit for each chart that has been seen, which others may share

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

  /// The block size of nearly all file systems (mkfs.ext4, mkfs.xfs, mkfs.btrfs, and the page of a tmpfs).
  static constexpr std::uint64_t k_block_bytes = 4096;
  /// In a record: the size is in `large_`. No chart is anywhere near 512 MiB.
  static constexpr std::uint32_t k_is_large = (1U << k_small_bytes_bits) - 1;

  /// The sizes of a chart as its record has them.
  struct RecordSizes {
    explicit RecordSizes(const State& state) noexcept
        : small_bytes(state.counted_bytes < k_is_large ? static_cast<std::uint32_t>(state.counted_bytes) : k_is_large),
          allocation(state.allocated_bytes == in_whole_blocks(state.counted_bytes) ? Allocation::whole_blocks
                     : state.allocated_bytes == 0                                  ? Allocation::none
                                                                                   : Allocation::apart) {}
    /// False if one of them has to be kept apart.
    [[nodiscard]] bool fit() const noexcept { return small_bytes != k_is_large && allocation != Allocation::apart; }

    std::uint32_t small_bytes;
    Allocation allocation;
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
  [[nodiscard]] static std::uint64_t in_whole_blocks(std::uint64_t bytes) noexcept {
    return (bytes + k_block_bytes - 1) / k_block_bytes * k_block_bytes;
  }
  void keep_apart(ChartIndex index, const RecordSizes& sizes, const State& state);
  void forget_sizes(const Chart& chart, ChartIndex index);
  void count_in(const State& state);
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
  std::int64_t now_ns_ = INT64_MIN;  // the clock as it was last read
  NamePool names_;
  Records<Chart> charts_;
  ChartIndex free_chart_ = k_no_chart;                          // forgotten records, in a list by `next`
  boost::unordered_flat_map<ChartIndex, std::uint64_t> large_;  // sizes that do not fit into a record
  boost::unordered_flat_map<ChartIndex, std::uint64_t> apart_;  // allocations of Allocation::apart
  Records<Directory> directories_;
  std::vector<DirectoryIndex> free_directories_;
  boost::unordered_flat_set<DirectoryIndex, DirectoryHash, DirectoryEqual> directory_index_;
  boost::unordered_flat_set<ChartIndex, ChartHash, ChartEqual> name_index_;  // charts of directories with many of them
  // A cache of what the records say. To sort it moves slots and ends, and changes no answer, so const queries may do
  // it. A catalog is used by one thread at a time, readers included.
  mutable AgeOrder order_;
  std::vector<ChartIndex> excluded_;
  std::uint64_t excluded_bytes_ = 0;
  SizeHistogram allocations_;
  std::uint64_t chart_count_ = 0;
  std::uint64_t total_bytes_ = 0;
  std::uint64_t total_allocated_bytes_ = 0;
  std::uint64_t future_count_ = 0;
  std::uint64_t set_count_ = 0;
  std::uint64_t linked_count_ = 0;
  std::uint64_t unreadable_count_ = 0;
  std::size_t directory_count_ = 1;
  std::uint16_t round_ = 0;
  ReadingMarks reading_;
};

}  // namespace reaper::charts
