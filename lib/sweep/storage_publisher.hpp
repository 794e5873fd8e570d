#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/claims.hpp"
#include "sweep/pass_context.hpp"

#include <chrono>

namespace reaper::sweep {

/// Tells the figures of the volume now and then while a pass goes on, for people who watch a long sweep.
class StoragePublisher {
 public:
  StoragePublisher(const PassContext& context, const retention::Limits& limits, const Claims& claims);

  /// The catalog is complete from now on, or it is not: then the figures are marked so.
  void set_complete(bool complete) noexcept { complete_ = complete; }

  void publish_now_and_then();

 private:
  const PassContext& in_;
  const retention::Limits& limits_;
  const Claims& claims_;
  bool complete_ = false;
  std::chrono::steady_clock::time_point published_ = std::chrono::steady_clock::now();
};

}  // namespace reaper::sweep
