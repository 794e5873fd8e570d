#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "charts/catalog.hpp"
#include "volume/failures.hpp"
#include "volume/root.hpp"
#include "volume/scanner.hpp"

#include <cstdint>
#include <span>

namespace reaper::volume {

/// What became of charts that a dead remover had set aside.
struct PutRight {
  std::uint64_t put_back = 0;  ///< back under their name, and in the catalog
  std::uint64_t dropped = 0;   ///< a new chart stood under the name: the old one was unlinked
};

/// What leftovers are put right by.
struct PutRightOptions {
  const base::GlobList& patterns;
  Failures& failures;
  base::FileTime now;
};

/// Puts right the leftovers of a scan. One that a live remover still holds is locked, and is left alone; so is one that
/// somebody is writing to, and one whose own name is not that of a chart.
PutRight put_right(Root& root, charts::Catalog& catalog, std::span<const Leftover> leftovers,
                   const PutRightOptions& options);

}  // namespace reaper::volume
