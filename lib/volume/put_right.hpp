#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "volume/root.hpp"
#include "volume/scanner.hpp"

#include <cstdint>

namespace reaper::volume {

/// What became of charts that a dead remover had set aside.
struct PutRight {
  std::uint64_t put_back = 0;  ///< back under their name, and in the catalog
  std::uint64_t dropped = 0;   ///< a new chart stood under the name: the old one was unlinked
};

/// Puts right the leftovers of a scan. One that a live remover still holds is locked, and is left alone; so is one that
/// somebody is writing to, and one whose own name is not that of a chart.
PutRight put_right(Root& root, Scan& scan, const base::GlobList& patterns, base::FileTime now);

}  // namespace reaper::volume
