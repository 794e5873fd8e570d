#pragma once

#include "base/error.hpp"
#include "base/glob.hpp"
#include "volume/removal_trial.hpp"
#include "volume/root.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reaper::volume {

/// One directory of a sample, and what was found out of it.
struct SampledSet {
  std::string path;                     ///< relative to the root; empty for the root itself
  std::uint64_t charts = 0;             ///< found in it, by their names; of a huge directory the first few thousand
  std::optional<base::Error> obstacle;  ///< why a chart in it cannot be removed; nothing if it can
  LeaseTrial lease = LeaseTrial::unknown;
  std::uint32_t owner = 0;  ///< of the chart that was tried; of the directory if that cannot be read or written
};

/// Directories of a root that show what is possible in all of it. Those without charts are left out.
using Sample = std::vector<SampledSet>;

/// More directories hardly tell more, and each takes a few calls on a volume that may be slow.
inline constexpr std::size_t k_max_sampled_sets = 8;

/// Tries one chart each of up to `k_max_sampled_sets` directories directly in the root, evenly spread over its listing,
/// and of the root itself if charts lie in it. Changes nothing. An error if the root cannot be read.
[[nodiscard]] base::Result<Sample> take_sample(Root& root, const base::GlobList& patterns);

}  // namespace reaper::volume
