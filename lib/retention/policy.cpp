#include "retention/policy.hpp"

#include "charts/chart_set.hpp"

#include <algorithm>

namespace reaper::retention {
namespace {

using charts::Catalog;
using charts::Chart;
using charts::ChartIndex;

std::chrono::nanoseconds age_of(const Chart& chart, base::FileTime now) { return now - chart.modified(); }

bool is_expired(const Chart& chart, const Limits& limits, base::FileTime now) {
  return limits.age_rule == AgeRule::on && age_of(chart, now) > limits.max_age;
}

/// A chart from the future has a negative age, and so is young: its time says nothing about how long it has been there.
bool is_young(const Chart& chart, const Limits& limits, base::FileTime now) {
  return age_of(chart, now) < limits.min_age;
}

void sort_for_removal(const Catalog& catalog, std::vector<ChartIndex>& charts) {
  std::sort(charts.begin(), charts.end(), [&](ChartIndex left, ChartIndex right) {
    return catalog.removed_before(catalog.chart(left), catalog.chart(right));
  });
}

void append(std::vector<Removal>& removals, const std::vector<ChartIndex>& charts, Reason reason) {
  removals.reserve(removals.size() + charts.size());
  for (const ChartIndex chart : charts) removals.push_back({chart, reason});
}

/// The oldest of `candidates`, as many as it takes to bring `total_bytes` down to the limit.
std::vector<ChartIndex> oldest_over_limit(const Catalog& catalog, std::vector<ChartIndex> candidates,
                                          std::uint64_t& total_bytes, std::uint64_t limit_bytes) {
  sort_for_removal(catalog, candidates);
  std::size_t count = 0;
  while (count < candidates.size() && total_bytes > limit_bytes)
    total_bytes -= catalog.chart(candidates[count++]).counted_bytes;
  candidates.resize(count);
  return candidates;
}

/// A set whose own time lies in the future, or that was emptied by this very plan, waits like any other.
std::vector<charts::DirectoryIndex> long_empty_sets(const Catalog& catalog, const Limits& limits, base::FileTime now) {
  std::vector<charts::DirectoryIndex> sets;
  if (limits.age_rule == AgeRule::suspended) return sets;
  for (charts::DirectoryIndex i = 0; i < catalog.directories().size(); ++i) {
    const charts::Directory& directory = catalog.directory(i);
    const base::FileTime modified{std::chrono::nanoseconds(directory.modified_ns)};
    if (!directory.empty() || now - modified <= limits.max_age) continue;
    const std::string& path = directory.path;
    if (charts::parse_chart_set_name(path.substr(path.rfind('/') + 1))) sets.push_back(i);
  }
  return sets;
}

}  // namespace

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::expired: return "expired";
    case Reason::over_limit: return "over_limit";
    case Reason::requested: return "requested";
  }
  return "unknown";
}

Plan plan_retention(const Catalog& catalog, const Limits& limits, base::FileTime now) {
  Plan plan;
  std::vector<ChartIndex> expired;
  std::uint64_t total_bytes = catalog.total_bytes();
  const auto& all = catalog.charts();
  for (ChartIndex i = 0; i < all.size(); ++i) {
    if (age_of(all[i], now) < std::chrono::nanoseconds::zero()) ++plan.from_the_future;
    if (is_young(all[i], limits, now) || !is_expired(all[i], limits, now)) continue;
    expired.push_back(i);
    total_bytes -= all[i].counted_bytes;
  }
  sort_for_removal(catalog, expired);
  append(plan.removals, expired, Reason::expired);

  if (total_bytes > limits.max_size_bytes) {
    std::vector<ChartIndex> candidates;
    std::uint64_t young = 0;
    for (ChartIndex i = 0; i < all.size(); ++i) {
      if (is_young(all[i], limits, now)) ++young;
      else if (!is_expired(all[i], limits, now)) candidates.push_back(i);
    }
    append(plan.removals, oldest_over_limit(catalog, std::move(candidates), total_bytes, limits.max_size_bytes),
           Reason::over_limit);
    if (total_bytes > limits.max_size_bytes) plan.kept_young = young;
  }
  plan.empty_sets = long_empty_sets(catalog, limits, now);
  return plan;
}

Plan plan_request(const Catalog& catalog) {
  Plan plan;
  std::vector<ChartIndex> charts(catalog.charts().size());
  for (ChartIndex i = 0; i < charts.size(); ++i) charts[i] = i;
  sort_for_removal(catalog, charts);
  append(plan.removals, charts, Reason::requested);
  return plan;
}

bool still_removable(const Chart& chart, Reason reason, const Limits& limits, base::FileTime now) {
  switch (reason) {
    case Reason::expired: return is_expired(chart, limits, now) && !is_young(chart, limits, now);
    case Reason::over_limit: return !is_young(chart, limits, now);
    case Reason::requested: return true;
  }
  return false;
}

}  // namespace reaper::retention
