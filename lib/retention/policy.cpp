#include "retention/policy.hpp"

#include "charts/chart_set.hpp"

#include <algorithm>

namespace reaper::retention {
namespace {

using charts::Catalog;
using charts::ChartIndex;

/// The age is negative if the clock was set back after the catalog saw the chart. It then counts as young.
bool is_young(base::FileTime modified, const Limits& limits, base::FileTime now) {
  return now - modified < limits.min_age;
}

/// Returns true if freeing `made` brings some of `wanted`.
bool helps(const base::Room& made, const base::Room& wanted) {
  return (wanted.bytes != 0 && made.bytes != 0) || (wanted.inodes != 0 && made.inodes != 0);
}

/// Judges charts one by one, oldest first, by the space that is still used at that point.
class Judge {
 public:
  Judge(const Catalog& catalog, const Limits& limits, const Moment& moment)
      : limits_(limits),
        now_(moment.now),
        total_bytes_(base::saturating_sub(catalog.total_bytes(), catalog.excluded_bytes())),
        wanted_(moment.demand.room),
        left_for_room_(moment.demand.max_charts) {}

  /// Returns true if this chart and all newer ones stay, no matter how large they are.
  [[nodiscard]] bool ends_at(base::FileTime modified) const {
    if (is_young(modified, limits_, now_)) return true;
    return !has_expired(modified, limits_, now_) && !is_over_limit() && !lacks_room();
  }

  /// Judges a chart for which ends_at() is false. Returns nothing if it stays; newer charts may still be removed.
  [[nodiscard]] std::optional<Reason> judge(base::FileTime modified, std::uint64_t counted_bytes,
                                            const base::Room& room) const {
    if (has_expired(modified, limits_, now_)) return Reason::expired;
    if (is_over_limit() && counted_bytes != 0) return Reason::over_limit;
    if (lacks_room() && helps(room, wanted_)) return Reason::disk_pressure;
    return {};
  }

  void take_off(Reason reason, std::uint64_t counted_bytes, const base::Room& room) {
    total_bytes_ = base::saturating_sub(total_bytes_, counted_bytes);
    wanted_ -= room;
    if (reason == Reason::disk_pressure) --left_for_room_;
  }

 private:
  [[nodiscard]] bool is_over_limit() const { return total_bytes_ > limits_.max_size_bytes; }
  [[nodiscard]] bool lacks_room() const { return left_for_room_ != 0 && !wanted_.is_none(); }

  const Limits& limits_;
  base::FileTime now_;
  std::uint64_t total_bytes_;
  base::Room wanted_;
  std::size_t left_for_room_;
};

}  // namespace

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::expired: return "expired";
    case Reason::over_limit: return "over_limit";
    case Reason::disk_pressure: return "disk_pressure";
    case Reason::requested: return "requested";
  }
  return "unknown";
}

std::vector<Removal> plan_retention(const Catalog& catalog, const Limits& limits, const Moment& moment) {
  std::vector<Removal> plan;
  Judge judge(catalog, limits, moment);
  // If the oldest chart stays, all stay. That is the usual case and cheap to check.
  if (const ChartIndex oldest = catalog.oldest();
      oldest == charts::k_no_chart || judge.ends_at(catalog.chart(oldest).modified()))
    return plan;
  catalog.visit_oldest_first([&](ChartIndex index) {
    const charts::Chart& chart = catalog.chart(index);
    if (chart.is_excluded()) return true;
    if (plan.size() == moment.max_charts || judge.ends_at(chart.modified())) return false;
    const std::uint64_t counted_bytes = catalog.counted_bytes(index);
    const base::Room room = catalog.room_of(index);
    if (const std::optional<Reason> reason = judge.judge(chart.modified(), counted_bytes, room)) {
      judge.take_off(*reason, counted_bytes, room);
      plan.push_back({catalog.snapshot_of(index), *reason});
    }
    return true;
  });
  return plan;
}

bool is_long_empty_set(const Catalog& catalog, charts::DirectoryIndex index, const Limits& limits, base::FileTime now) {
  const charts::Directory& directory = catalog.directory(index);
  // A set whose own time lies in the future waits like one that was emptied just now.
  if (limits.age_rule == AgeRule::suspended || !directory.seems_empty() || now - directory.modified() <= limits.max_age)
    return false;
  return charts::parse_chart_set_name(catalog.name(directory)).has_value();
}

std::vector<charts::DirectoryIndex> long_empty_sets(const Catalog& catalog, const Limits& limits, base::FileTime now) {
  std::vector<charts::DirectoryIndex> sets;
  // Usually a volume has no empty directory. The root does not count as one.
  const bool root_holds_charts = catalog.directory(charts::k_root).charts() != 0;
  if (catalog.set_count() + (root_holds_charts ? 0 : 1) == catalog.directory_count()) return sets;
  catalog.for_each_directory([&](charts::DirectoryIndex index) {
    if (is_long_empty_set(catalog, index, limits, now)) sets.push_back(index);
  });
  return sets;
}

std::vector<ChartIndex> young_over_limit(const Catalog& catalog, const Limits& limits, base::FileTime now,
                                         std::uint64_t total_bytes) {
  std::vector<ChartIndex> young;
  if (total_bytes <= limits.max_size_bytes) return young;
  catalog.visit_newest_first([&](ChartIndex index) {
    if (!is_young(catalog.chart(index).modified(), limits, now)) return false;
    young.push_back(index);
    return true;
  });
  return young;
}

std::optional<base::FileTime> next_removal_for_room(const Catalog& catalog, const Limits& limits,
                                                    const Moment& moment) {
  const bool over_limit = catalog.total_bytes() > limits.max_size_bytes;
  const base::Room& wanted = moment.demand.room;
  if (!over_limit && wanted.is_none()) return {};
  const auto makes_room = [&](ChartIndex index) {
    return (over_limit && catalog.counted_bytes(index) != 0) || helps(catalog.room_of(index), wanted);
  };
  const ChartIndex oldest = catalog.oldest();
  if (oldest == charts::k_no_chart) return {};
  // It nearly always is the oldest chart, which needs no sorting.
  ChartIndex first = makes_room(oldest) ? oldest : charts::k_no_chart;
  if (first == charts::k_no_chart) {
    catalog.visit_oldest_first([&](ChartIndex index) {
      if (makes_room(index)) first = index;
      return first == charts::k_no_chart;
    });
  }
  if (first == charts::k_no_chart) return {};
  return std::max(moment.now, catalog.chart(first).modified() + limits.min_age);
}

bool has_expired(base::FileTime modified, const Limits& limits, base::FileTime now) {
  return limits.age_rule == AgeRule::on && now - modified > limits.max_age && !is_young(modified, limits, now);
}

std::optional<Reason> reason_before_plan(base::FileTime modified, const Limits& limits, base::FileTime now) {
  if (has_expired(modified, limits, now)) return Reason::expired;
  return {};
}

bool still_removable(base::FileTime modified, Reason reason, const Limits& limits, base::FileTime now) {
  switch (reason) {
    case Reason::expired: return has_expired(modified, limits, now);
    case Reason::over_limit:
    case Reason::disk_pressure: return !is_young(modified, limits, now);
    case Reason::requested: return true;
  }
  return false;
}

}  // namespace reaper::retention
