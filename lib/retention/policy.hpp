#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace reaper::retention {

/// Why a chart is removed.
enum class Reason : std::uint8_t { expired, over_limit, requested };
inline constexpr std::array k_reasons{Reason::expired, Reason::over_limit, Reason::requested};

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

/// One chart that a plan removes, and why.
struct Removal {
  charts::ChartIndex chart = 0;
  Reason reason = Reason::requested;

  friend bool operator==(const Removal&, const Removal&) = default;
};

/// What a sweep would remove, in the order of removal, and what it noticed on the way.
struct Plan {
  std::vector<Removal> removals;
  std::vector<charts::DirectoryIndex> empty_sets;  ///< chart sets that have been empty for the maximum age
  std::uint64_t kept_young = 0;                    ///< young charts, if they alone keep the volume above its limit
  std::uint64_t from_the_future = 0;               ///< charts whose time lies after `now`; they count as young
};

/// The plan of the age rule and the size rule. Pure: equal arguments give equal plans.
[[nodiscard]] Plan plan_retention(const charts::Catalog& catalog, const Limits& limits, base::FileTime now);

/// The plan of a DELETE: every chart of the catalog, whatever its age, oldest first.
[[nodiscard]] Plan plan_request(const charts::Catalog& catalog);

/// Whether a chart may still be removed for this reason at `now`; asked again right before it goes.
[[nodiscard]] bool still_removable(const charts::Chart& chart, Reason reason, const Limits& limits, base::FileTime now);

}  // namespace reaper::retention
