#include "charts/catalog.hpp"

#include <boost/functional/hash.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace reaper::charts {
namespace {

/// Directories with at most this many charts are searched one by one; the service writes four charts to a set.
constexpr std::uint32_t k_max_unindexed = 32;

/// The list of a directory is cleared when it has this many more forgotten charts than charts.
constexpr std::uint32_t k_few_dead = 8;

/// File times have steps of up to two seconds on some volumes, so a smaller lead over the clock means nothing.
constexpr std::int64_t k_time_step_ns = 2'000'000'000;

/// Stands for the directory in records that are in no directory's list.
constexpr DirectoryIndex k_dead = k_no_directory;

}  // namespace

Catalog::Catalog(const base::Clock* clock)
    : clock_(clock),
      directory_index_(0, DirectoryHash{this}, DirectoryEqual{this}),
      name_index_(0, ChartHash{this}, ChartEqual{this}),
      order_(charts_, [this](ChartIndex left, ChartIndex right) { return path_before(left, right); }) {
  Directory root;
  root.known_ = true;
  root.name_ = names_.store_unique("");
  directories_.push_back(root);
}

// Charts.

/// Stores the sizes that do not fit into the record at this position.
void Catalog::keep_apart(ChartIndex index, const RecordSizes& sizes, const State& state) {
  if (sizes.small_bytes == k_is_large) large_[index] = state.counted_bytes;
  if (sizes.allocation == Allocation::apart) apart_[index] = state.allocated_bytes;
}

void Catalog::count_in(ChartIndex index, const State& state) {
  ++chart_count_;
  total_bytes_ += state.counted_bytes;
  total_allocated_bytes_ += state.allocated_bytes;
  allocations_.add(state.allocated_bytes);
  linked_count_ += state.linked ? 1 : 0;
  if (state.future) future_charts_.insert(index);
}

/// `name` must already have a use for this chart.
inline void Catalog::add(DirectoryIndex directory, NameId name, const State& state) {
  const bool recycles = free_chart_ != k_no_chart;
  const ChartIndex index = recycles ? free_chart_ : static_cast<ChartIndex>(charts_.size());
  Directory& home = directories_[directory];
  const RecordSizes sizes(state.counted_bytes, state.allocated_bytes);
  if (!sizes.fit()) keep_apart(index, sizes, state);
  // Compose the record first: writing it in place bit by bit takes longer.
  Chart record;
  record.modified_ns_ = state.modified_ns;
  record.digest_ = state.digest;
  record.directory_ = directory;
  record.small_bytes_ = sizes.small_bytes & k_is_large;
  record.future_ = state.future ? 1 : 0;
  record.allocation_ = static_cast<std::uint32_t>(sizes.allocation) & 3U;
  record.name_ = name & NamePool::k_none;
  record.linked_ = state.linked ? 1 : 0;
  record.seen_ = 1;
  record.next_ = home.first_chart_;
  if (recycles) free_chart_ = charts_[index].next_;
  Chart& chart = recycles ? charts_[index] = record : charts_.push_back(record);
  home.first_chart_ = index;
  set_count_ += home.charts_ == 0 ? 1 : 0;
  ++home.charts_;
  count_in(index, state);
  order_.add(chart, index);
  if (home.indexed_) name_index_.insert(index);
  else if (home.charts_ > k_max_unindexed) index_charts(directory);
}

/// Reads the clock only if the chart is newer than the last reading, as charts written during a long scan are.
inline bool Catalog::is_in_future(std::int64_t modified_ns) {
  if (clock_ == nullptr || modified_ns - k_time_step_ns <= now_ns_) return false;
  now_ns_ = clock_->now().time_since_epoch().count();
  return modified_ns - k_time_step_ns > now_ns_;
}

Change Catalog::put(DirectoryIndex directory, std::string_view name, const State& state) {
  const NameId id = names_.intern(name);
  const bool is_read = directory == reading_.directory;
  const bool is_new = is_read && reading_.knows_none(id);
  if (is_read) reading_.names |= ReadingMarks::bit_of(id);
  if (const ChartIndex known = is_new ? k_no_chart : find(directory, id); known != k_no_chart) {
    names_.release(id);
    return update(known, state);
  }
  add(directory, id, state);
  return Change::added;
}

Change Catalog::put(DirectoryIndex directory, std::string_view name, const ChartState& state) {
  const Fingerprint& print = state.fingerprint;
  const bool future = is_in_future(print.modified_ns);
  // If is_in_future() returned true, it has just read the clock into now_ns_.
  const std::int64_t aged_from_ns = future ? std::min(print.changed_ns, now_ns_) : print.modified_ns;
  return put(directory, name,
             State{aged_from_ns, state.counted_bytes, state.allocated_bytes, print.digest(), state.linked, future});
}

Change Catalog::put(DirectoryIndex directory, const ChartSnapshot& chart) {
  return put(
      directory, chart.name,
      State{chart.modified_ns, chart.counted_bytes, chart.allocated_bytes, chart.digest, chart.linked, chart.future});
}

Change Catalog::update(ChartIndex index, const State& found) {
  Chart& chart = charts_[index];
  State state = found;
  // The chart has not changed since its time lay in the future, so keep the time that stands in for it.
  if (chart.future_ != 0 && chart.digest_ == state.digest) {
    state.modified_ns = chart.modified_ns_;
    state.future = true;
  }
  if (chart.seen_ == 0 && chart.directory_ == reading_.directory) --reading_.unseen;
  chart.seen_ = 1;
  if (chart.modified_ns_ == state.modified_ns && chart.digest_ == state.digest &&
      counted_bytes(index) == state.counted_bytes && allocated_bytes(index) == state.allocated_bytes &&
      chart.linked_ == (state.linked ? 1U : 0U))
    return Change::none;
  end_exclusion(index);
  count_out(index);
  const bool moves = chart.modified_ns_ != state.modified_ns;
  if (moves) order_.remove(chart);
  forget_sizes(chart, index);
  const RecordSizes sizes(state.counted_bytes, state.allocated_bytes);
  if (!sizes.fit()) keep_apart(index, sizes, state);
  chart.small_bytes_ = sizes.small_bytes & k_is_large;
  chart.allocation_ = static_cast<std::uint32_t>(sizes.allocation) & 3U;
  chart.modified_ns_ = state.modified_ns;
  chart.digest_ = state.digest;
  chart.linked_ = state.linked ? 1 : 0;
  chart.future_ = state.future ? 1 : 0;
  count_in(index, state);
  if (moves) order_.add(chart, index);
  return Change::updated;
}

void Catalog::forget_sizes(const Chart& chart, ChartIndex index) {
  if (chart.small_bytes_ == k_is_large) large_.erase(index);
  if (chart.allocation_ == static_cast<std::uint32_t>(Allocation::apart)) apart_.erase(index);
}

std::uint64_t Catalog::counted_bytes(ChartIndex index) const {
  const std::uint32_t small = charts_[index].small_bytes_;
  return small == k_is_large ? large_.at(index) : small;
}

std::uint64_t Catalog::allocated_bytes(ChartIndex index) const {
  switch (static_cast<Allocation>(charts_[index].allocation_)) {
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
  if (charts_[index].linked_ != 0) return {};
  return {allocated_bytes(index), 1};
}

void Catalog::count_out(ChartIndex index) {
  assert(chart_count_ != 0 && total_bytes_ >= counted_bytes(index));
  --chart_count_;
  total_bytes_ -= counted_bytes(index);
  const std::uint64_t allocated = allocated_bytes(index);
  total_allocated_bytes_ -= allocated;
  allocations_.remove(allocated);
  linked_count_ -= charts_[index].linked_;
  if (charts_[index].is_future()) future_charts_.erase(index);
}

bool Catalog::forget(DirectoryIndex directory, std::string_view name) {
  const ChartIndex known = find(directory, name);
  if (known == k_no_chart) return false;
  forget(known);
  return true;
}

void Catalog::forget(ChartIndex index) {
  Chart& chart = charts_[index];
  assert(!chart.is_forgotten());
  Directory& home = directories_[chart.directory_];
  assert(home.charts_ != 0);
  if (home.indexed_) name_index_.erase(index);
  end_exclusion(index);
  count_out(index);
  forget_sizes(chart, index);
  order_.remove(chart);
  names_.release(chart.name_);
  --home.charts_;
  set_count_ -= home.charts_ == 0 ? 1 : 0;
  ++home.dead_;
  if (home.dead_ > k_few_dead + home.charts_) drop_dead(chart.directory_);
}

ChartIndex Catalog::find(DirectoryIndex directory, std::string_view name) const {
  if (directories_[directory].charts_ == 0) return k_no_chart;
  const NameId id = names_.find(name);
  return id == NamePool::k_none ? k_no_chart : find(directory, id);
}

ChartIndex Catalog::find(DirectoryIndex directory, NameId name) const {
  const Directory& home = directories_[directory];
  if (home.indexed_) {
    const auto known = name_index_.find(ChartKey{directory, name});
    return known == name_index_.end() ? k_no_chart : *known;
  }
  for (ChartIndex index = home.first_chart_; index != k_no_chart;) {
    const Chart& chart = charts_[index];
    if (chart.name_ == name && !chart.is_forgotten()) return index;
    index = chart.next_;
  }
  return k_no_chart;
}

std::string Catalog::path(const Chart& chart) const { return join_path(path(chart.directory_), name(chart)); }

ChartSnapshot Catalog::snapshot_of(ChartIndex index) const {
  const Chart& chart = charts_[index];
  return {.directory = path(chart.directory_),
          .name = std::string(name(chart)),
          .counted_bytes = counted_bytes(index),
          .allocated_bytes = allocated_bytes(index),
          .modified_ns = chart.modified_ns_,
          .digest = chart.digest_,
          .linked = chart.linked_ != 0,
          .future = chart.future_ != 0};
}

void Catalog::for_each_chart(DirectoryIndex directory, const std::function<void(ChartIndex)>& visit) const {
  for (ChartIndex i = directories_[directory].first_chart_; i != k_no_chart; i = charts_[i].next_)
    if (!charts_[i].is_forgotten()) visit(i);
}

void Catalog::index_charts(DirectoryIndex directory) {
  directories_[directory].indexed_ = true;
  for_each_chart(directory, [this](ChartIndex chart) { name_index_.insert(chart); });
}

/// Unlinks forgotten charts from the directory's list, so that their records can be used again.
void Catalog::drop_dead(DirectoryIndex directory) {
  Directory& home = directories_[directory];
  for (ChartIndex* link = &home.first_chart_; *link != k_no_chart;) {
    Chart& chart = charts_[*link];
    if (!chart.is_forgotten()) {
      link = &chart.next_;
      continue;
    }
    const ChartIndex dead = *link;
    *link = chart.next_;
    chart.directory_ = k_dead;
    chart.next_ = free_chart_;
    free_chart_ = dead;
  }
  home.dead_ = 0;
  if (home.charts_ == 0) home.indexed_ = false;
}

void Catalog::end_exclusion(ChartIndex index) {
  Chart& chart = charts_[index];
  if (chart.excluded_ == 0) return;
  chart.excluded_ = 0;
  excluded_bytes_ -= counted_bytes(index);
}

}  // namespace reaper::charts
