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
  std::uint64_t put_back = 0;       ///< charts that are back under their own name
  std::uint64_t discarded = 0;      ///< charts that were unlinked, as a new one has their name
  std::vector<Leftover> remaining;  ///< charts that are still in quarantine; the next sweep tries again
};

/// The parts that a recovery works with.
struct RecoveryOptions {
  const base::GlobList& patterns;
  Failures& failures;
  base::FileTime now;
};

/// Recovers charts that were left in quarantine: puts each back under its own name, or discards it if a new chart has
/// that name. The patterns of now do not matter, as an earlier run may have had others. A chart stays in quarantine if
/// another remover holds its lock, if a writer has it open, or if another kind of file has its own name.
RecoveryResult recover(Root& root, charts::Catalog& catalog, std::span<const Leftover> leftovers,
                       const RecoveryOptions& options);

}  // namespace reaper::volume
