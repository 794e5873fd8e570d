#pragma once

#include "base/file_descriptor.hpp"
#include "base/glob.hpp"
#include "volume/failures.hpp"
#include "volume/headroom.hpp"
#include "volume/pending_names.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"
#include "volume/scan_batch.hpp"

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::volume {

struct Entry;

/// How deep below the root charts are looked for. Deeper trees are none of the service's; the limit bounds what a
/// hostile one costs.
inline constexpr unsigned k_max_levels = 16;

/// A directory with more charts than this is read in several batches, so that memory stays bounded. Charts are removed
/// between two batches. Renaming in a directory that is being read makes some file systems return entries again, which
/// is harmless but costs time: so batches are no smaller than this.
inline constexpr std::size_t k_chunk_charts = 8 * 1024;

/// The charts that a scan looks for, and the parts that it works with.
struct ScanOptions {
  const base::GlobList& patterns;
  Progress& progress;
  Failures& failures;
  std::stop_token stop;
  Headroom* headroom = nullptr;  ///< null where memory has no limit
};

/// Directories below `k_max_levels`, which are not entered.
struct TooDeep {
  std::uint64_t count = 0;
  std::string path;  ///< of the first of them, or of one above it; relative to the root

  void add(const TooDeep& more) {
    if (more.count != 0 && count == 0) path = more.path;
    count += more.count;
  }
};

/// The result of one scan.
struct ScanResult {
  std::uint64_t too_deep = 0;  ///< directories below `k_max_levels`, not entered
  std::uint64_t mounts = 0;    ///< mount points, not entered
  bool stopped = false;        ///< it was asked to stop, and has not read everything
  bool found = true;           ///< false if the directory it was to start in does not exist, or is foreign
};

/// A walk through a directory and everything below it, depth first. It only reads, and its user pulls:
///
///     while (scan.next_directory())           // decide by depth() and name() whether it is of interest
///       if (scan.open() == Opening::opened)   // do what must come before the reading, with descriptor()
///         while (scan.read(batch)) ...
///
/// Charts are regular files whose name matches a pattern. Symbolic links, mount points, special files and foreign
/// directories (see is_foreign_directory) are never opened. A directory that cannot be read is a failure, and the walk
/// goes on. A directory is read to its end before any below it is opened, so at most one descriptor for each level is
/// open.
class Scan {
 public:
  /// The result of opening a directory.
  enum class Opening : std::uint8_t {
    opened,
    gone,    ///< removed, or replaced by a link or a file, since the one above was read
    mount,   ///< a mount point, which is not entered
    failed,  ///< it stands in the failures
  };

  /// `start` is relative to the root. The options' parts must outlive the scan.
  Scan(Root& root, std::string start, const ScanOptions& options);

  /// Goes to the next directory: first to the start, then to those that were found in directories that were read. False
  /// if there is none left, the start is foreign, or the scan was asked to stop.
  [[nodiscard]] bool next_directory();
  /// How far below the start the directory is.
  [[nodiscard]] unsigned depth() const noexcept { return static_cast<unsigned>(above_.size()); }
  /// Its name in the directory above it; empty for the start.
  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  /// Its path relative to the root.
  [[nodiscard]] std::string path() const;

  [[nodiscard]] Opening open();
  /// The directory, which stays open until next_directory() is called.
  [[nodiscard]] int descriptor() const noexcept { return current_->descriptor.get(); }
  /// Reads the directory, or the next part of it. False if there was nothing more to read.
  [[nodiscard]] bool read(ScanBatch& batch);

  /// Directories that were found and that next_directory() has not come to yet.
  [[nodiscard]] std::size_t pending() const noexcept { return pending_; }

  [[nodiscard]] const ScanResult& result() const noexcept { return result_; }

 private:
  /// A directory, with those below it that are still to be entered.
  struct Level {
    base::FileDescriptor descriptor;
    PendingNames pending;
    std::string path;
  };
  /// The kind of a regular file by its name.
  enum class NameKind : std::uint8_t { chart, leftover, other };

  [[nodiscard]] base::Result<base::FileDescriptor> open_descriptor();
  void read_entries(ScanBatch& batch);
  void end(ScanBatch& batch, int error_number);
  void take(ScanBatch& batch, const Entry& entry);
  void take_directory(ScanBatch& batch, std::string_view name);
  void look_closer(ScanBatch& batch, std::string_view name, NameKind kind);
  void looking_failed(ScanBatch& batch, std::string_view name, int error);
  [[nodiscard]] NameKind kind_of(std::string_view name) const;

  Root& root_;
  std::string start_;
  unsigned start_level_;  // below the root
  ScanOptions options_;
  ScanResult result_;
  std::vector<std::byte> buffer_;
  struct statx file_ {};          // of the entry that is looked at; to clear one for each would take time
  std::vector<Level> above_;      // those above the current directory, from the start on
  std::optional<Level> current_;  // once it is open
  const char* name_ = nullptr;    // of the current directory; null before the start
  std::size_t pending_ = 0;
  unsigned failures_in_a_row_ = 0;
  bool has_failed_ = false;  // something in the current directory could not be looked at
  bool has_ended_ = true;    // the current directory has nothing more to read
};

}  // namespace reaper::volume
