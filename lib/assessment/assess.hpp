#pragma once

#include "assessment/facts.hpp"
#include "assessment/problem.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <map>
#include <vector>

namespace reaper::assessment {

/// The assessment of one moment.
struct Assessment {
  /// The time since which a condition has held, on both clocks.
  struct Since {
    base::FileTime time;
    std::chrono::nanoseconds boot{};
  };

  Status status = Status::ok;
  std::vector<Problem> problems;  ///< worst first
  std::map<Code, Since> holding;  ///< conditions that hold now; some become a problem only after a while

  /// Returns the problem with this code; null if there is none.
  [[nodiscard]] const Problem* find(Code code) const;
};

/// Assesses the facts. `before` is the last assessment, which says since when conditions have held. Pure.
[[nodiscard]] Assessment assess(const Facts& facts, const Assessment& before);

/// Returns the problems that are in `one` but not in `other`, in the order of `one`.
[[nodiscard]] std::vector<Problem> problems_only_in(const Assessment& one, const Assessment& other);

}  // namespace reaper::assessment
