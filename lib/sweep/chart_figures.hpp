#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"
#include "retention/explain.hpp"
#include "sweep/set_page.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reaper::sweep {

/// The ages of all charts, in equal steps up to the maximum age.
struct AgeFigures {
  struct Step {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
  };
  static constexpr std::size_t k_steps = 24;

  base::FileTime as_of;
  std::chrono::nanoseconds step{};    ///< the maximum age divided by k_steps
  std::array<Step, k_steps> steps{};  ///< youngest first; charts from the future are in the first
  Step older;                         ///< of the maximum age or more
};

/// Questions about charts, answered together during one visit of all charts.
struct Questions {
  bool ages = false;
  std::vector<SetQuery> pages;
  std::vector<std::string> paths;  ///< of charts, relative to the root
};

/// The answers. Immutable once made, because handlers read them on the other thread.
struct Answers {
  std::shared_ptr<const AgeFigures> ages;                                  ///< null if not asked for
  std::vector<std::pair<SetQuery, std::shared_ptr<const SetPage>>> pages;  ///< one for each query
  std::map<std::string, std::optional<retention::ChartFacts>> charts;      ///< by path; nothing if not found
  std::map<std::string, std::string> unreadable;  ///< by chart path: an unreadable directory above, see answers_from
};

/// Returns the answers from a catalog at `now`. Pure. Two things are left to the caller: the state of the volume for
/// each chart, and the reasons in `unreadable`, which holds the directory's path instead.
[[nodiscard]] Answers answers_from(const charts::Catalog& catalog, const Questions& questions,
                                   std::chrono::nanoseconds max_age, base::FileTime now);

}  // namespace reaper::sweep
