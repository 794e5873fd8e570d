#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/claims.hpp"
#include "sweep/pass_context.hpp"
#include "sweep/report.hpp"

#include <chrono>

namespace reaper::sweep {

/// Publishes the figures of the volume at intervals during a pass, for people who follow a long sweep. Publishes
/// nothing until the catalog knows all charts, because figures of a part would look like those of the whole.
class StoragePublisher {
 public:
  /// The parts of a pass that the publisher works with.
  struct Parts {
    const PassContext& context;
    const retention::Limits& limits;
    const Claims& claims;
    DryRun dry_run = DryRun::no;
  };

  explicit StoragePublisher(const Parts& parts);

  /// Publishes the figures at once if all charts have just become known.
  void note_scan_end(bool all_are_known);

  void publish_now_and_then();

 private:
  void publish();

  Parts in_;
  bool is_complete_;
  std::chrono::steady_clock::time_point published_ = std::chrono::steady_clock::now();
};

}  // namespace reaper::sweep
