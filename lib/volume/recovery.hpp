#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "charts/catalog.hpp"
#include "volume/failures.hpp"
#include "volume/root.hpp"
#include "volume/scanner.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace reaper::volume {

/// What became of charts that a dead remover had quarantined.
struct RecoveryResult {
  std::uint64_t put_back = 0;       ///< back under their name, and in the catalog
  std::uint64_t discarded = 0;      ///< a new chart stood under the name: the old one was unlinked
  std::vector<Leftover> remaining;  ///< those that are still in quarantine, to be tried again by the next sweep
};

/// What leftovers are put right by.
struct RecoveryOptions {
  const base::GlobList& patterns;
  Failures& failures;
  base::FileTime now;
};

/// Recovers charts that were left in quarantine, whatever the patterns are now: an earlier run may have had others. One
/// that a live remover still holds is locked, and stays; so does one that a writer has open, and one whose own name
/// another kind of file has taken.
RecoveryResult recover(Root& root, charts::Catalog& catalog, std::span<const Leftover> leftovers,
                       const RecoveryOptions& options);

}  // namespace reaper::volume
