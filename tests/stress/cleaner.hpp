#pragma once

#include "base/glob.hpp"
#include "options.hpp"
#include "remover.hpp"
#include "shared.hpp"
#include "workspace.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace stress {

/// The counts of the cleaner.
struct CleanerFigures {
  Outcomes outcomes;
  std::uint64_t rounds = 0;
  std::uint64_t left_in_quarantine = 0;  ///< charts in quarantine at the end, which must be none
  double seconds = 0;                    ///< duration of the whole run
};

/// Scans and removes charts, round after round, while the writers rewrite them.
class Cleaner {
 public:
  Cleaner(const Options& options, const Workspace& workspace, Shared& shared);

  /// Runs until the time is over or enough removals were contested, and then stops the writers. Throws std::exception
  /// if a writer no longer answers.
  CleanerFigures run();

 private:
  void prepare_round();
  void run_round();
  [[nodiscard]] std::vector<Target> plan();
  [[nodiscard]] bool enough() const;

  const Options& options_;
  const Workspace& workspace_;
  Shared& shared_;
  std::unique_ptr<reaper::volume::System> system_;
  reaper::volume::Root root_;
  reaper::base::GlobList patterns_;
  std::unordered_map<std::string, std::uint32_t> chart_numbers_;
  std::chrono::steady_clock::time_point began_;
  CleanerFigures figures_;
};

}  // namespace stress
