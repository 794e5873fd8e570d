#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"
#include "retention/free_space.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace reaper::retention {

/// The reason for removing a chart.
enum class Reason : std::uint8_t { expired, over_limit, disk_pressure, requested };
inline constexpr std::array k_reasons{Reason::expired, Reason::over_limit, Reason::disk_pressure, Reason::requested};

/// Returns the reason's name in answers, e.g. `over_limit`.
[[nodiscard]] std::string_view to_string(Reason reason);

/// Decides if charts expire in this plan. They do not while the wall clock cannot be trusted.
enum class AgeRule { on, suspended };

/// The limits that a sweep enforces.
struct Limits {
  std::chrono::nanoseconds max_age{};  ///< a chart exactly this old is kept
  std::uint64_t max_size_bytes = 0;    ///< charts of exactly this size in total are kept
  std::chrono::nanoseconds min_age{};  ///< a younger chart is never removed by a rule
  AgeRule age_rule = AgeRule::on;
};

/// The time and the demand for which a plan is made.
struct Moment {
  base::FileTime now;
  SpaceDemand demand = {};  ///< the space to free on the volume, less what is planned already
  std::size_t max_charts = std::numeric_limits<std::size_t>::max();  ///< the maximum length of the plan
};

/// A chart that a plan removes, and the reason.
struct Removal {
  charts::ChartSnapshot chart;
  Reason reason = Reason::requested;
};

/// Returns the charts that a sweep would remove, in the order of removal. The size limit never removes a chart of size
/// 0, and free space never a chart that frees nothing of what is missing. Excluded charts are left out and count as
/// removed. So a plan carried out in parts removes the same charts as a whole one. Pure: equal catalogs, limits and
/// moments give equal plans, no matter how the catalog learned of its charts.
[[nodiscard]] std::vector<Removal> plan_retention(const charts::Catalog& catalog, const Limits& limits,
                                                  const Moment& moment);

/// Returns the chart sets that the catalog believes to have been empty for longer than the maximum age.
[[nodiscard]] std::vector<charts::DirectoryIndex> long_empty_sets(const charts::Catalog& catalog, const Limits& limits,
                                                                  base::FileTime now);

/// Returns true if the directory is such a chart set.
[[nodiscard]] bool is_long_empty_set(const charts::Catalog& catalog, charts::DirectoryIndex directory,
                                     const Limits& limits, base::FileTime now);

/// Returns the young charts that stay although the charts exceed the limit, newest first. `total_bytes` is the size of
/// the charts that remain after the plan.
[[nodiscard]] std::vector<charts::ChartIndex> young_over_limit(const charts::Catalog& catalog, const Limits& limits,
                                                               base::FileTime now, std::uint64_t total_bytes);

/// Returns when the size limit or a lack of free space next needs a removal. That is `now` if a chart can be removed at
/// once, and later if every chart that would help is still young. Nothing if there is enough space.
[[nodiscard]] std::optional<base::FileTime> next_removal_for_room(const charts::Catalog& catalog, const Limits& limits,
                                                                  const Moment& moment);

/// Returns true if the age rule removes a chart with this time. It decides about each chart alone.
[[nodiscard]] bool has_expired(base::FileTime modified, const Limits& limits, base::FileTime now);

/// Returns the reason for removing a chart before its scan ends, if the rules can decide about it alone. Nothing if
/// that needs the plan, which knows all charts.
[[nodiscard]] std::optional<Reason> reason_before_plan(base::FileTime modified, const Limits& limits,
                                                       base::FileTime now);

/// Returns true if a chart may still be removed for this reason at `now`. Asked again right before its removal.
[[nodiscard]] bool still_removable(base::FileTime modified, Reason reason, const Limits& limits, base::FileTime now);

}  // namespace reaper::retention
