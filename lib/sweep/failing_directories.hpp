#pragma once

#include "volume/failures.hpp"
#include "volume/removal_result.hpp"

#include <string>
#include <unordered_map>

namespace reaper::sweep {

/// Counts consecutive failures in each directory. After too many, the rest of its charts is not tried.
class FailingDirectories {
 public:
  /// Notes the outcome of a chart that was tried.
  void note(const std::string& directory, volume::Outcome outcome) {
    if (outcome == volume::Outcome::failed) ++in_a_row_[directory];
    else if (!in_a_row_.empty()) in_a_row_.erase(directory);
  }

  [[nodiscard]] bool is_given_up(const std::string& directory) const {
    if (in_a_row_.empty()) return false;
    const auto count = in_a_row_.find(directory);
    return count != in_a_row_.end() && count->second >= volume::k_max_failures_in_a_row;
  }

 private:
  std::unordered_map<std::string, unsigned> in_a_row_;
};

}  // namespace reaper::sweep
