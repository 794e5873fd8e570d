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

/// Why a chart is removed.
enum class Reason : std::uint8_t { expired, over_limit, disk_pressure, requested };
inline constexpr std::array k_reasons{Reason::expired, Reason::over_limit, Reason::disk_pressure, Reason::requested};

/// The reason's name on the wire, e.g. `over_limit`.
[[nodiscard]] std::string_view to_string(Reason reason);

/// Whether charts expire at all in this plan: not while the wall clock cannot be trusted.
enum class AgeRule { on, suspended };

/// What the volume is kept within.
struct Limits {
  std::chrono::nanoseconds max_age{};  ///< a chart exactly this old is kept
  std::uint64_t max_size_bytes = 0;    ///< a volume exactly this full is left alone
  std::chrono::nanoseconds min_age{};  ///< a younger chart is never removed by a rule
  AgeRule age_rule = AgeRule::on;
};

/// What a plan is made for.
struct Moment {
  base::FileTime now;
  SpaceDemand demand = {};  ///< what charts shall go for to make room on the volume, less what is planned already
  std::size_t max_charts = std::numeric_limits<std::size_t>::max();  ///< the longest plan that is asked for
};

/// One chart that a plan removes, and why.
struct Removal {
  charts::ChartSnapshot chart;
  Reason reason = Reason::requested;
};

/// Returns the charts that a sweep would remove, in the order of removal. A chart without any size never goes for the
/// limit, and one that frees nothing of what the volume lacks never goes for free space. Excluded charts are not in the
/// plan and count as gone, so a plan that is carried out in parts removes the same charts as one that is not.
/// Pure: an equal catalog, limits and moment give an equal plan, however the catalog came to know its charts.
[[nodiscard]] std::vector<Removal> plan_retention(const charts::Catalog& catalog, const Limits& limits,
                                                  const Moment& moment);

/// Chart sets that have been empty for longer than the maximum age, as far as the catalog knows.
[[nodiscard]] std::vector<charts::DirectoryIndex> long_empty_sets(const charts::Catalog& catalog, const Limits& limits,
                                                                  base::FileTime now);

/// The same for one directory.
[[nodiscard]] bool is_long_empty_set(const charts::Catalog& catalog, charts::DirectoryIndex directory,
                                     const Limits& limits, base::FileTime now);

/// How many young charts stay although the charts exceed the limit. `total_bytes`: the charts that are left once the
/// plan has been carried out.
[[nodiscard]] std::uint64_t young_over_limit(const charts::Catalog& catalog, const Limits& limits, base::FileTime now,
                                             std::uint64_t total_bytes);

/// When the size of the charts, or a lack of free space, next calls for a removal: `now` if it does already, a later
/// time if a chart that is young now is all there is to remove. Nothing while there is room.
[[nodiscard]] std::optional<base::FileTime> next_removal_for_room(const charts::Catalog& catalog, const Limits& limits,
                                                                  const Moment& moment);

/// Whether the age rule removes a chart of this time, which it decides for each chart alone.
[[nodiscard]] bool has_expired(base::FileTime modified, const Limits& limits, base::FileTime now);

/// The reason for which a chart may go before the scan that has met it ends, as the rules decide about it alone.
/// Nothing if the plan has to decide, which knows all charts.
[[nodiscard]] std::optional<Reason> reason_before_plan(base::FileTime modified, const Limits& limits,
                                                       base::FileTime now);

/// True if a chart may still be removed for this reason at `now`. Asked again right before its removal begins.
[[nodiscard]] bool still_removable(base::FileTime modified, Reason reason, const Limits& limits, base::FileTime now);

}  // namespace reaper::retention
