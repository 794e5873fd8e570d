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

/// What became of charts that a dead remover had set aside.
struct PutRight {
  std::uint64_t put_back = 0;       ///< back under their name, and in the catalog
  std::uint64_t dropped = 0;        ///< a new chart stood under the name: the old one was unlinked
  std::vector<Leftover> remaining;  ///< those that are still aside, to be tried again by the next sweep
};

/// What leftovers are put right by.
struct PutRightOptions {
  const base::GlobList& patterns;
  Failures& failures;
  base::FileTime now;
};

/// Puts right charts that were left aside, whatever the patterns are now: an earlier run may have had others. One that
/// a live remover still holds is locked, and stays; so does one that a writer has open, and one whose own name another
/// kind of file has taken.
PutRight put_right(Root& root, charts::Catalog& catalog, std::span<const Leftover> leftovers,
                   const PutRightOptions& options);

}  // namespace reaper::volume
