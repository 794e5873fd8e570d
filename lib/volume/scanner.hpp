#pragma once

#include "base/glob.hpp"
#include "charts/reading.hpp"
#include "volume/failures.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <compare>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

namespace reaper::volume {

/// How deep below the root charts are looked for. Deeper trees are none of the service's; the limit bounds what a
/// hostile one costs.
inline constexpr unsigned k_most_levels = 16;

/// In a directory with more charts than this, what is to be done with them is done before the rest is read, so that
/// memory stays bounded. Renaming in a directory that is being read makes some file systems return entries again, which
/// is harmless but costs time: so not more often than this.
inline constexpr std::size_t k_chunk_charts = 16 * 1024;

/// A chart that a remover quarantined and did not finish with.
struct Leftover {
  std::string directory;        ///< relative to the root
  std::string quarantine_name;  ///< the name it has now

  friend auto operator<=>(const Leftover&, const Leftover&) = default;
};

/// Who a scan tells what it finds, in the order in which it comes by. Names are NUL-terminated.
class ScanSink {
 public:
  virtual ~ScanSink() = default;

  /// The directory is open and is read next.
  virtual void on_open(charts::DirectoryIndex directory, int descriptor) = 0;
  virtual void on_chart(charts::DirectoryIndex directory, std::string_view name, const charts::ChartState& state) = 0;
  virtual void on_leftover(charts::DirectoryIndex directory, std::string_view name) = 0;
  /// Not the whole directory has been read, but `k_chunk_charts` of its charts since the last call.
  virtual void on_chunk(charts::DirectoryIndex directory) = 0;
  /// Whether to go into a directory that was found; `known` if the catalog had it before.
  virtual bool enters(charts::DirectoryIndex directory, bool known) = 0;
  /// A directory that was found is no longer there, and must be forgotten with all that was known of it.
  virtual void on_gone(charts::DirectoryIndex directory) = 0;
  /// The directory has been read, or given up; the descriptor is still open. The reading is to be finished.
  virtual void on_read(charts::Reading& reading, charts::DirectoryIndex directory, int descriptor) = 0;
};

/// What a scan looks for, and who it listens to.
struct ScanOptions {
  const base::GlobList& patterns;
  Progress& progress;
  Failures& failures;
  std::stop_token stop;
};

/// Directories below `k_most_levels`, which are not entered.
struct TooDeep {
  std::uint64_t count = 0;
  std::string path;  ///< of one of them, or of one above it; relative to the root
};

/// What one scan met.
struct ScanResult {
  std::uint64_t too_deep = 0;  ///< directories below `k_most_levels`, not entered
  std::uint64_t mounts = 0;    ///< mount points, not entered
  bool stopped = false;        ///< it was asked to stop, and has not come by everything
  bool found = true;           ///< false if the directory it was to start in does not exist
};

/// Walks the directory `start` of the catalog and everything below it that the sink wants entered. Reads only; puts the
/// directories it comes by into the catalog, while what becomes of the charts is the sink's business.
///
/// Charts are regular files whose name matches a pattern. Symbolic links, mount points and special files are never
/// opened. A directory that cannot be read is a failure, and the walk goes on.
[[nodiscard]] ScanResult scan(Root& root, charts::Catalog& catalog, charts::DirectoryIndex start, ScanSink& sink,
                              const ScanOptions& options);

}  // namespace reaper::volume
