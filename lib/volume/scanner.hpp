#pragma once

#include "base/glob.hpp"
#include "charts/catalog.hpp"
#include "volume/failures.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace reaper::volume {

/// How deep below the root charts are looked for. Deeper trees are none of the service's; the limit bounds what a
/// hostile one costs.
inline constexpr unsigned k_most_levels = 16;

/// A chart that a remover set aside and did not finish with.
struct Leftover {
  charts::DirectoryIndex directory = 0;
  std::string aside;  ///< the name it has now

  friend bool operator==(const Leftover&, const Leftover&) = default;
};

/// What one scan saw.
struct Scan {
  charts::Catalog catalog;
  std::vector<Leftover> leftovers;
  Failures failures;
  std::uint64_t too_deep = 0;  ///< directories below `k_most_levels`, not entered
  std::uint64_t mounts = 0;    ///< mount points, not entered
  bool stopped = false;        ///< it was asked to stop; the catalog is incomplete
  bool found = true;           ///< false if the directory it was to start in does not exist
};

/// What a scan looks for, and who it listens to.
struct ScanOptions {
  const base::GlobList& patterns;
  Progress& progress;
  std::stop_token stop;
};

/// Walks everything below `start` (relative to the root; empty for the whole root). Reads only.
///
/// Charts are regular files whose name matches a pattern. Symbolic links, mount points and special files are never
/// opened. A directory that cannot be read is a failure in the result, and the walk goes on.
[[nodiscard]] Scan scan(Root& root, const std::string& start, const ScanOptions& options);

}  // namespace reaper::volume
