#include "charts/catalog.hpp"

#include "base/path_text.hpp"

#include <boost/functional/hash.hpp>

#include <algorithm>
#include <utility>

namespace reaper::charts {
namespace {

/// Up to here a directory's charts are looked for one after the other; the service writes four to a chart set.
constexpr std::uint32_t k_max_unindexed = 32;

/// So many forgotten charts may be in a directory's list before they are cleared out of it.
constexpr std::uint32_t k_few_dead = 8;

/// In a record: the size is in `large_`. No chart is anywhere near 512 MiB.
constexpr std::uint32_t k_is_large = (1U << k_small_bytes_bits) - 1;

/// The block size of nearly all file systems (mkfs.ext4, mkfs.xfs, mkfs.btrfs, and the page of a tmpfs).
constexpr std::uint64_t k_block_bytes = 4096;

/// File times move in steps of up to two seconds on some volumes, so a smaller lead over the clock means nothing.
constexpr std::int64_t k_time_step_ns = 2'000'000'000;

/// A record with this in place of its directory is in no directory's list any more.
constexpr DirectoryIndex k_dead = k_no_directory;

std::uint64_t in_whole_blocks(std::uint64_t bytes) {
  return (bytes + k_block_bytes - 1) / k_block_bytes * k_block_bytes;
}

}  // namespace

Catalog::Catalog(const base::Clock* clock)
    : clock_(clock),
      directory_index_(0, DirectoryHash{this}, DirectoryEqual{this}),
      name_index_(0, ChartHash{this}, ChartEqual{this}),
      order_(charts_, [this](ChartIndex left, ChartIndex right) { return path_before(left, right); }) {
  Directory root;
  root.known = true;
  root.name = names_.keep("");
  directories_.push_back(root);
}

// Directories

DirectoryIndex Catalog::put_directory(DirectoryIndex parent, std::string_view name) {
  if (const auto known = directory_index_.find(DirectoryKey{parent, name}); known != directory_index_.end())
    return *known;
  return add_directory(parent, name).first;
}

std::pair<DirectoryIndex, bool> Catalog::add_directory(DirectoryIndex parent, std::string_view name) {
  Directory directory;
  directory.known = true;
  directory.parent = parent;
  directory.level = static_cast<std::uint8_t>(directories_[parent].level + 1);
  directory.name = names_.keep(name);
  directory.round = round_;
  DirectoryIndex index = 0;
  if (free_directories_.empty()) {
    index = static_cast<DirectoryIndex>(directories_.size());
    directories_.push_back(directory);
  } else {
    index = free_directories_.back();
    free_directories_.pop_back();
    directories_[index] = directory;
  }
  if (const auto [known, is_new] = directory_index_.insert(index); !is_new) {
    names_.release(directory.name);
    directories_[index].known = false;
    free_directories_.push_back(index);
    return {*known, false};
  }
  ++directories_[parent].children;
  ++directory_count_;
  return {index, true};
}

void Catalog::expect_directories(std::size_t count) {
  if (count > directory_index_.size()) directory_index_.reserve(count);
}

DirectoryIndex Catalog::find_directory(DirectoryIndex parent, std::string_view name) const {
  const auto known = directory_index_.find(DirectoryKey{parent, name});
  return known == directory_index_.end() ? k_no_directory : *known;
}

DirectoryIndex Catalog::find_directory(std::string_view path) const {
  DirectoryIndex index = k_root;
  while (!path.empty() && index != k_no_directory) index = find_directory(index, base::take_first_step(path));
  return index;
}

DirectoryIndex Catalog::put_directory(std::string_view path) {
  DirectoryIndex index = k_root;
  while (!path.empty()) index = put_directory(index, base::take_first_step(path));
  return index;
}

void Catalog::forget_directory(DirectoryIndex top, const std::function<void(DirectoryIndex)>& on_forget) {
  std::vector<DirectoryIndex> forgotten{top};
  // Only few have directories below them, for which all are looked through.
  if (directories_[top].children != 0) {
    std::vector<bool> below(directories_.size(), false);
    below[top] = true;
    // A directory may have been put into a record before that of its parent, so until nothing is found any more.
    for (bool found = true; found;) {
      found = false;
      for (DirectoryIndex i = 0; i < directories_.size(); ++i) {
        const Directory& directory = directories_[i];
        if (!directory.known || below[i] || i == k_root || !below[directory.parent]) continue;
        below[i] = true;
        found = true;
        forgotten.push_back(i);
      }
    }
  }
  if (on_forget) std::for_each(forgotten.begin(), forgotten.end(), on_forget);
  // The deepest first: each takes itself off the count of the one above, which must still be there.
  std::for_each(forgotten.rbegin(), forgotten.rend(), [this](DirectoryIndex index) { forget_one_directory(index); });
}

void Catalog::forget_one_directory(DirectoryIndex index) {
  Directory& directory = directories_[index];
  std::vector<ChartIndex> charts;
  for_each_chart(index, [&](ChartIndex chart) { charts.push_back(chart); });
  for (const ChartIndex chart : charts) forget(chart);
  drop_dead(index);
  if (index == k_root) {
    const NameId name = directory.name;
    directory = Directory{};
    directory.known = true;
    directory.name = name;
    return;
  }
  directory_index_.erase(index);
  names_.release(directory.name);
  --directories_[directory.parent].children;
  directory.known = false;
  free_directories_.push_back(index);
  --directory_count_;
}

std::string Catalog::path(DirectoryIndex index) const {
  if (index == k_root) return {};
  const Directory& directory = directories_[index];
  if (directory.parent == k_root) return std::string(name(directory));
  return join_path(path(directory.parent), name(directory));
}

void Catalog::for_each_directory(const std::function<void(DirectoryIndex)>& visit) const {
  for (DirectoryIndex i = 0; i < directories_.size(); ++i)
    if (directories_[i].known) visit(i);
}

// Charts

Change Catalog::put(DirectoryIndex directory, std::string_view name, const ChartState& state) {
  const Fingerprint& print = state.fingerprint;
  const bool future = is_in_future(print.modified_ns);
  // is_in_future() has just read the clock, if it has said yes.
  const std::int64_t aged_from_ns = future ? std::min(print.changed_ns, now_ns_) : print.modified_ns;
  return put(directory, name,
             State{aged_from_ns, state.counted_bytes, state.allocated_bytes, print.digest(), state.linked, future});
}

/// Reads the clock only if the chart is newer than the last reading: charts that are written during a long scan are.
bool Catalog::is_in_future(std::int64_t modified_ns) {
  if (clock_ == nullptr || modified_ns - k_time_step_ns <= now_ns_) return false;
  now_ns_ = clock_->now().time_since_epoch().count();
  return modified_ns - k_time_step_ns > now_ns_;
}

Change Catalog::put(DirectoryIndex directory, const ChartSnapshot& chart) {
  return put(
      directory, chart.name,
      State{chart.modified_ns, chart.counted_bytes, chart.allocated_bytes, chart.digest, chart.linked, chart.future});
}

Change Catalog::put(DirectoryIndex directory, std::string_view name, const State& state) {
  const NameId id = names_.share(name);
  const bool is_read = directory == reading_.directory;
  const bool is_new = is_read && reading_.knows_none(id);
  if (is_read) reading_.names |= Reading::bit_of(id);
  if (const ChartIndex known = is_new ? k_no_chart : find(directory, id); known != k_no_chart) {
    names_.release(id);
    return update(known, state);
  }
  add(directory, id, state);
  return Change::added;
}

/// `name` has been shared for this chart.
void Catalog::add(DirectoryIndex directory, NameId name, const State& state) {
  const bool recycles = free_chart_ != k_no_chart;
  const ChartIndex index = recycles ? free_chart_ : static_cast<ChartIndex>(charts_.size());
  Directory& home = directories_[directory];
  // Composed before it is put down: bit by bit would take longer.
  Chart record{.modified_ns = state.modified_ns,
               .digest = state.digest,
               .directory = directory,
               .future = state.future ? 1U : 0U,
               .name = name & NamePool::k_none,
               .linked = state.linked ? 1U : 0U,
               .seen = 1,
               .next = home.first_chart};
  set_sizes(record, index, state);
  if (recycles) free_chart_ = charts_[index].next;
  Chart& chart = recycles ? charts_[index] = record : charts_.push_back(record);
  home.first_chart = index;
  set_count_ += home.charts == 0 ? 1 : 0;
  ++home.charts;
  count_in(state);
  order_.add(chart, index);
  if (home.indexed) name_index_.insert(index);
  else if (home.charts > k_max_unindexed) index_charts(directory);
}

Change Catalog::update(ChartIndex index, const State& found) {
  Chart& chart = charts_[index];
  State state = found;
  // It has not changed since its time lay in the future, so it goes on being aged from where it was.
  if (chart.future != 0 && chart.digest == state.digest) {
    state.modified_ns = chart.modified_ns;
    state.future = true;
  }
  if (chart.seen == 0 && chart.directory == reading_.directory) --reading_.unseen;
  chart.seen = 1;
  if (chart.modified_ns == state.modified_ns && chart.digest == state.digest &&
      counted_bytes(index) == state.counted_bytes && allocated_bytes(index) == state.allocated_bytes &&
      chart.linked == (state.linked ? 1U : 0U))
    return Change::none;
  end_exclusion(index);
  count_out(index);
  const bool moves = chart.modified_ns != state.modified_ns;
  if (moves) order_.remove(chart);
  forget_sizes(chart, index);
  set_sizes(chart, index, state);
  chart.modified_ns = state.modified_ns;
  chart.digest = state.digest;
  chart.linked = state.linked ? 1 : 0;
  chart.future = state.future ? 1 : 0;
  count_in(state);
  if (moves) order_.add(chart, index);
  return Change::updated;
}

/// Enters the sizes into the record that is to stand at this position.
void Catalog::set_sizes(Chart& chart, ChartIndex index, const State& state) {
  if (state.counted_bytes >= k_is_large) large_[index] = state.counted_bytes;
  chart.small_bytes = std::min<std::uint64_t>(state.counted_bytes, k_is_large) & k_is_large;
  const Allocation allocation = state.allocated_bytes == in_whole_blocks(state.counted_bytes) ? Allocation::whole_blocks
                                : state.allocated_bytes == 0                                  ? Allocation::none
                                                                                              : Allocation::apart;
  if (allocation == Allocation::apart) apart_[index] = state.allocated_bytes;
  chart.allocation = static_cast<std::uint32_t>(allocation) & 3U;
}

void Catalog::forget_sizes(const Chart& chart, ChartIndex index) {
  if (chart.small_bytes == k_is_large) large_.erase(index);
  if (chart.allocation == static_cast<std::uint32_t>(Allocation::apart)) apart_.erase(index);
}

std::uint64_t Catalog::counted_bytes(ChartIndex index) const {
  const std::uint32_t small = charts_[index].small_bytes;
  return small == k_is_large ? large_.at(index) : small;
}

std::uint64_t Catalog::allocated_bytes(ChartIndex index) const {
  switch (static_cast<Allocation>(charts_[index].allocation)) {
    case Allocation::whole_blocks: return in_whole_blocks(counted_bytes(index));
    case Allocation::none: return 0;
    case Allocation::apart: break;
  }
  return apart_.at(index);
}

std::uint64_t Catalog::large_chart_bytes() const noexcept {
  return allocations_.largest_but(std::max<std::uint64_t>(chart_count_ / 100, 1));
}

base::Room Catalog::room_of(ChartIndex index) const {
  if (charts_[index].linked != 0) return {};
  return {allocated_bytes(index), 1};
}

void Catalog::count_in(const State& state) {
  ++chart_count_;
  total_bytes_ += state.counted_bytes;
  total_allocated_bytes_ += state.allocated_bytes;
  allocations_.add(state.allocated_bytes);
  linked_count_ += state.linked ? 1 : 0;
  future_count_ += state.future ? 1 : 0;
}

void Catalog::count_out(ChartIndex index) {
  --chart_count_;
  total_bytes_ -= counted_bytes(index);
  const std::uint64_t allocated = allocated_bytes(index);
  total_allocated_bytes_ -= allocated;
  allocations_.remove(allocated);
  linked_count_ -= charts_[index].linked;
  future_count_ -= charts_[index].future;
}

bool Catalog::forget(DirectoryIndex directory, std::string_view name) {
  const ChartIndex known = find(directory, name);
  if (known == k_no_chart) return false;
  forget(known);
  return true;
}

void Catalog::forget(ChartIndex index) {
  Chart& chart = charts_[index];
  Directory& home = directories_[chart.directory];
  if (home.indexed) name_index_.erase(index);
  end_exclusion(index);
  count_out(index);
  forget_sizes(chart, index);
  order_.remove(chart);
  names_.release(chart.name);
  --home.charts;
  set_count_ -= home.charts == 0 ? 1 : 0;
  ++home.dead;
  if (home.dead > k_few_dead + home.charts) drop_dead(chart.directory);
}

ChartIndex Catalog::find(DirectoryIndex directory, std::string_view name) const {
  if (directories_[directory].charts == 0) return k_no_chart;
  const NameId id = names_.find(name);
  return id == NamePool::k_none ? k_no_chart : find(directory, id);
}

ChartIndex Catalog::find(DirectoryIndex directory, NameId name) const {
  const Directory& home = directories_[directory];
  if (home.indexed) {
    const auto known = name_index_.find(ChartKey{directory, name});
    return known == name_index_.end() ? k_no_chart : *known;
  }
  for (ChartIndex index = home.first_chart; index != k_no_chart;) {
    const Chart& chart = charts_[index];
    if (chart.name == name && chart.slot != k_nowhere) return index;
    index = chart.next;
  }
  return k_no_chart;
}

std::string Catalog::path(const Chart& chart) const { return join_path(path(chart.directory), name(chart)); }

ChartSnapshot Catalog::snapshot_of(ChartIndex index) const {
  const Chart& chart = charts_[index];
  return {.directory = path(chart.directory),
          .name = std::string(name(chart)),
          .counted_bytes = counted_bytes(index),
          .allocated_bytes = allocated_bytes(index),
          .modified_ns = chart.modified_ns,
          .digest = chart.digest,
          .linked = chart.linked != 0,
          .future = chart.future != 0};
}

void Catalog::for_each_chart(DirectoryIndex directory, const std::function<void(ChartIndex)>& visit) const {
  for (ChartIndex i = directories_[directory].first_chart; i != k_no_chart; i = charts_[i].next)
    if (charts_[i].slot != k_nowhere) visit(i);
}

void Catalog::index_charts(DirectoryIndex directory) {
  directories_[directory].indexed = true;
  for_each_chart(directory, [this](ChartIndex chart) { name_index_.insert(chart); });
}

/// Takes the forgotten charts out of their directory's list, so that their records can be used again.
void Catalog::drop_dead(DirectoryIndex directory) {
  Directory& home = directories_[directory];
  for (ChartIndex* link = &home.first_chart; *link != k_no_chart;) {
    Chart& chart = charts_[*link];
    if (chart.slot != k_nowhere) {
      link = &chart.next;
      continue;
    }
    const ChartIndex dead = *link;
    *link = chart.next;
    chart.directory = k_dead;
    chart.next = free_chart_;
    free_chart_ = dead;
  }
  home.dead = 0;
  if (home.charts == 0) home.indexed = false;
}

// SweepService

void Catalog::exclude_from_plan(ChartIndex index) {
  Chart& chart = charts_[index];
  if (chart.excluded != 0) return;
  chart.excluded = 1;
  excluded_bytes_ += counted_bytes(index);
  excluded_.push_back(index);
}

void Catalog::end_exclusions() {
  // A record that was used again meanwhile is unmarked already.
  for (const ChartIndex index : excluded_) end_exclusion(index);
  std::vector<ChartIndex>().swap(excluded_);
}

void Catalog::end_exclusion(ChartIndex index) {
  Chart& chart = charts_[index];
  if (chart.excluded == 0) return;
  chart.excluded = 0;
  excluded_bytes_ -= counted_bytes(index);
}

bool Catalog::path_before(ChartIndex left, ChartIndex right) const {
  const Chart& one = charts_[left];
  const Chart& other = charts_[right];
  const bool are_flat = directories_[one.directory].level <= 1 && directories_[other.directory].level <= 1;
  if (!are_flat) return path(one) < path(other);
  // The path of such a directory is its name, and need not be made.
  return compare_paths({name(directories_[one.directory]), name(one)},
                       {name(directories_[other.directory]), name(other)}) < 0;
}

}  // namespace reaper::charts
