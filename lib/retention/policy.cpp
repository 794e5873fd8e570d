#include "retention/policy.hpp"

#include "charts/chart_set.hpp"

#include <algorithm>

namespace reaper::retention {
namespace {

using charts::Catalog;
using charts::ChartIndex;

/// A chart may have a negative age: the clock was set back since the catalog has seen it. It counts as young.
bool is_young(base::FileTime modified, const Limits& limits, base::FileTime now) {
  return now - modified < limits.min_age;
}

std::uint64_t less(std::uint64_t from, std::uint64_t what) { return from - std::min(from, what); }

/// Decides about one chart after the other, oldest first, from what is then still on the volume.
class Judge {
 public:
  Judge(const Catalog& catalog, const Limits& limits, const Moment& moment)
      : limits_(limits),
        now_(moment.now),
        total_bytes_(less(catalog.total_bytes(), catalog.passed_over_bytes())),
        wanted_bytes_(less(moment.wanted_bytes, catalog.passed_over_bytes())) {}

  /// Nothing if the chart stays, and with it every one that is not older.
  [[nodiscard]] std::optional<Reason> judge(base::FileTime modified) const {
    if (is_young(modified, limits_, now_)) return {};
    if (has_expired(modified, limits_, now_)) return Reason::expired;
    if (total_bytes_ > limits_.max_size_bytes) return Reason::over_limit;
    if (wanted_bytes_ > 0) return Reason::disk_pressure;
    return {};
  }

  void take_off(std::uint64_t counted_bytes, bool linked) {
    total_bytes_ = less(total_bytes_, counted_bytes);
    if (!linked) wanted_bytes_ = less(wanted_bytes_, counted_bytes);
  }

 private:
  const Limits& limits_;
  base::FileTime now_;
  std::uint64_t total_bytes_;
  std::uint64_t wanted_bytes_;
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

std::vector<Removal> plan_retention(Catalog& catalog, const Limits& limits, const Moment& moment) {
  std::vector<Removal> plan;
  Judge judge(catalog, limits, moment);
  // If not even the oldest chart goes, none does; that is so most of the time, and cheaper to find out.
  if (const ChartIndex oldest = catalog.oldest();
      oldest == charts::k_no_chart || !judge.judge(catalog.chart(oldest).modified()))
    return plan;
  catalog.visit_oldest_first([&](ChartIndex index) {
    const charts::Chart& chart = catalog.chart(index);
    if (chart.passed_over != 0) return true;
    const std::optional<Reason> reason = judge.judge(chart.modified());
    if (!reason || plan.size() == moment.most) return false;
    judge.take_off(catalog.counted_bytes(index), chart.linked != 0);
    plan.push_back({catalog.judged(index), *reason});
    return true;
  });
  return plan;
}

bool is_long_empty_set(const Catalog& catalog, charts::DirectoryIndex index, const Limits& limits, base::FileTime now) {
  const charts::Directory& directory = catalog.directory(index);
  // A set whose own time lies in the future, or that was emptied just now, waits like any other.
  if (limits.age_rule == AgeRule::suspended || !directory.seems_empty() || now - directory.modified() <= limits.max_age)
    return false;
  return charts::parse_chart_set_name(catalog.name(directory)).has_value();
}

std::vector<charts::DirectoryIndex> long_empty_sets(const Catalog& catalog, const Limits& limits, base::FileTime now) {
  std::vector<charts::DirectoryIndex> sets;
  // Most volumes have no empty directory at all most of the time; the root does not count as one.
  const bool root_holds_charts = catalog.directory(charts::k_root).charts != 0;
  if (catalog.set_count() + (root_holds_charts ? 0 : 1) == catalog.directory_count()) return sets;
  catalog.for_each_directory([&](charts::DirectoryIndex index) {
    if (is_long_empty_set(catalog, index, limits, now)) sets.push_back(index);
  });
  return sets;
}

std::uint64_t young_over_limit(Catalog& catalog, const Limits& limits, base::FileTime now, std::uint64_t total_bytes) {
  std::uint64_t young = 0;
  if (total_bytes <= limits.max_size_bytes) return young;
  catalog.visit_newest_first([&](ChartIndex index) {
    if (!is_young(catalog.chart(index).modified(), limits, now)) return false;
    ++young;
    return true;
  });
  return young;
}

std::optional<base::FileTime> next_removal_for_room(Catalog& catalog, const Limits& limits, const Moment& moment) {
  if (catalog.total_bytes() <= limits.max_size_bytes && moment.wanted_bytes == 0) return {};
  const ChartIndex oldest = catalog.oldest();
  if (oldest == charts::k_no_chart) return {};
  return std::max(moment.now, catalog.chart(oldest).modified() + limits.min_age);
}

bool has_expired(base::FileTime modified, const Limits& limits, base::FileTime now) {
  return limits.age_rule == AgeRule::on && now - modified > limits.max_age && !is_young(modified, limits, now);
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
