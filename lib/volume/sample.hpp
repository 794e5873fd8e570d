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

/// One sampled directory and the results of its checks.
struct SampledSet {
  std::string path;          ///< relative to the root; empty for the root itself
  std::uint64_t charts = 0;  ///< charts by name; in a huge directory only those among the first few thousand entries
  std::optional<base::Error> obstacle;  ///< the reason why a chart in it cannot be removed; nothing if it can be
  LeaseTrial lease = LeaseTrial::unknown;
  std::uint32_t owner = 0;  ///< user id of the tried chart; of the directory if that is unreadable or not writable
};

/// Directories that show if removal works in the whole root. Directories without charts are left out.
using Sample = std::vector<SampledSet>;

/// Each directory takes a few calls, which may be slow, and more of them add little.
inline constexpr std::size_t k_max_sampled_sets = 8;

/// Tries one chart in the root itself and one in each of up to `k_max_sampled_sets` chart sets, spread evenly over the
/// root's listing. Changes nothing. Returns an error if the root cannot be read.
[[nodiscard]] base::Result<Sample> take_sample(Root& root, const base::GlobList& patterns);

}  // namespace reaper::volume
