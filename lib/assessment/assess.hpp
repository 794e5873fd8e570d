#pragma once

#include "assessment/facts.hpp"
#include "assessment/problem.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <map>
#include <vector>

namespace reaper::assessment {

/// The judgement of one moment.
struct Assessment {
  /// Since when a condition has held, by both clocks.
  struct Since {
    base::FileTime time;
    std::chrono::nanoseconds boot{};
  };

  Status status = Status::ok;
  std::vector<Problem> problems;  ///< worst first
  std::map<Code, Since>
      holding;  ///< conditions that hold; some of them are no problem before they have held for a while

  /// The problem of that code; null if there is none.
  [[nodiscard]] const Problem* find(Code code) const;
};

/// Judges the facts. `before` is the last judgement: it says since when conditions have held. Equal arguments give
/// equal results.
[[nodiscard]] Assessment assess(const Facts& facts, const Assessment& before);

/// The problems that one assessment has and the other has not, in the order of the first.
[[nodiscard]] std::vector<Problem> problems_only_in(const Assessment& one, const Assessment& other);

}  // namespace reaper::assessment
