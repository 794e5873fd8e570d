#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "charts/catalog.hpp"
#include "volume/failures.hpp"
#include "volume/leftover.hpp"
#include "volume/root.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace reaper::volume {

/// The results of a recovery.
struct RecoveryResult {
  std::uint64_t put_back = 0;       ///< charts that have their own name again
  std::uint64_t discarded = 0;      ///< charts that were unlinked, because a new chart has their name
  std::vector<Leftover> remaining;  ///< charts still in quarantine; the next sweep tries again
};

/// The inputs of a recovery.
struct RecoveryOptions {
  const base::GlobList& patterns;
  Failures& failures;
  base::FileTime now;
};

/// Recovers charts that an earlier run left in quarantine. Puts each back under its own name, or unlinks it if a new
/// chart has that name. The current patterns do not matter, because the earlier run may have had others. A chart stays
/// in quarantine if another remover holds its lock, a writer has it open, or a file of another kind has its name.
RecoveryResult recover(Root& root, charts::Catalog& catalog, std::span<const Leftover> leftovers,
                       const RecoveryOptions& options);

}  // namespace reaper::volume
