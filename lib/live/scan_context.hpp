#pragma once

#include "base/glob.hpp"
#include "volume/failures.hpp"

#include <stop_token>

namespace reaper::live {

/// What every use of the volume needs from its caller.
struct ScanContext {
  const base::GlobList& patterns;
  volume::Failures& failures;
  std::stop_token stop;
};

}  // namespace reaper::live
