#pragma once

#include "base/glob.hpp"
#include "volume/failures.hpp"

#include <stop_token>

namespace reaper::live {

/// The patterns, the list of failures and the stop token of the caller.
struct ScanContext {
  const base::GlobList& patterns;
  volume::Failures& failures;
  std::stop_token stop;
};

}  // namespace reaper::live
