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

/// How old the charts are, in equal steps up to the maximum age.
struct AgeFigures {
  struct Step {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
  };
  static constexpr std::size_t k_steps = 24;

  base::FileTime as_of;
  std::chrono::nanoseconds step{};    ///< the maximum age by k_steps
  std::array<Step, k_steps> steps{};  ///< youngest first; charts from the future are in the first
  Step older;                         ///< of the maximum age or more
};

/// Questions about the charts that are answered together, by one visit to all of them.
struct Questions {
  bool ages = false;
  std::vector<SetQuery> pages;
  std::vector<std::string> paths;  ///< of charts, relative to the root
};

/// The answers. Immutable once made: handlers read them from the other thread.
struct Answers {
  std::shared_ptr<const AgeFigures> ages;                                  ///< null if that was not asked
  std::vector<std::pair<SetQuery, std::shared_ptr<const SetPage>>> pages;  ///< one for each query
  std::map<std::string, std::optional<retention::ChartFacts>> charts;      ///< by path; nothing: no such chart
  std::map<std::string, std::string> unreadable;  ///< by path of a chart that may lie there unseen, see answers_from
};

/// Answers from a catalog at `now`. Pure. The answers lack what the catalog does not know: of a chart the state of the
/// volume, and of a directory that cannot be read the reason, instead of which `unreadable` has its path.
[[nodiscard]] Answers answers_from(const charts::Catalog& catalog, const Questions& questions,
                                   std::chrono::nanoseconds max_age, base::FileTime now);

}  // namespace reaper::sweep
