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

/// The number of levels below the root that a scan enters. The service makes no deeper trees; the limit bounds the cost
/// of a hostile one.
inline constexpr unsigned k_max_levels = 16;

/// A directory with more charts is read in several batches, so that memory stays bounded. Charts are removed between
/// batches. Renames in a directory that is being read make some file systems return entries twice. That is harmless but
/// costs time, so batches are not smaller.
inline constexpr std::size_t k_chunk_charts = 8 * 1024;

/// The inputs of a scan.
struct ScanOptions {
  const base::GlobList& patterns;
  Progress& progress;
  Failures& failures;
  std::stop_token stop;
  Headroom* headroom = nullptr;  ///< null if memory has no limit
};

/// Directories below `k_max_levels`, which a scan does not enter.
struct TooDeep {
  std::uint64_t count = 0;
  std::string path;  ///< the first of them, or a directory above it; relative to the root

  void add(const TooDeep& more) {
    if (more.count != 0 && count == 0) path = more.path;
    count += more.count;
  }
};

/// The result of one scan.
struct ScanResult {
  std::uint64_t too_deep = 0;  ///< directories below `k_max_levels`, not entered
  std::uint64_t mounts = 0;    ///< mount points, not entered
  bool stopped = false;        ///< it was asked to stop before it had read everything
  bool found = true;           ///< false if the start directory does not exist or is foreign
};

/// Walks through a directory and everything below it, depth first. It only reads, and the caller pulls:
///
///     while (scan.next_directory())           // skip it or read it, by depth() and name()
///       if (scan.open() == Opening::opened)   // prepare, with descriptor()
///         while (scan.read(batch)) ...
///
/// Charts are regular files whose name matches a pattern. The scan never opens symbolic links, mount points, special
/// files and foreign directories (see is_foreign_directory). It counts an unreadable directory as a failure and goes
/// on. It reads a directory to its end before it opens one below, so at most one descriptor for each level is open.
class Scan {
 public:
  /// The result of opening a directory.
  enum class Opening : std::uint8_t {
    opened,
    gone,    ///< removed, or replaced by a link or a file, after its parent was read
    mount,   ///< a mount point, not entered
    failed,  ///< recorded in the failures
  };

  /// `start` is relative to the root. The parts in `options` must outlive the scan.
  Scan(Root& root, std::string start, const ScanOptions& options);

  /// Goes to the next directory: first the start, then the subdirectories found so far. Returns false if none is left,
  /// the start is foreign, or the scan was asked to stop.
  [[nodiscard]] bool next_directory();
  /// Returns the number of levels between the start and the directory.
  [[nodiscard]] unsigned depth() const noexcept { return static_cast<unsigned>(above_.size()); }
  /// Returns the directory's name; empty for the start.
  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  /// Returns the directory's path relative to the root.
  [[nodiscard]] std::string path() const;

  [[nodiscard]] Opening open();
  /// Returns the open directory. It stays open until next_directory() is called.
  [[nodiscard]] int descriptor() const noexcept { return current_->descriptor.get(); }
  /// Reads the directory, or its next part. Returns false if there is nothing more to read.
  [[nodiscard]] bool read(ScanBatch& batch);

  /// Returns the number of directories that were found and not yet visited.
  [[nodiscard]] std::size_t pending() const noexcept { return pending_; }

  [[nodiscard]] const ScanResult& result() const noexcept { return result_; }

 private:
  /// A directory whose subdirectories are still to be entered.
  struct Level {
    base::FileDescriptor descriptor;
    PendingNames pending;
    std::string path;
  };
  /// The kind of a regular file, judged by its name.
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
  unsigned start_level_;  // level of the start below the root
  ScanOptions options_;
  ScanResult result_;
  std::vector<std::byte> buffer_;
  struct statx file_ {};          // of the current entry; a member, because clearing one for each entry takes time
  std::vector<Level> above_;      // the ancestors of the current directory, from the start on
  std::optional<Level> current_;  // once it is open
  const char* name_ = nullptr;    // of the current directory; null before the start
  std::size_t pending_ = 0;
  unsigned failures_in_a_row_ = 0;
  bool has_failed_ = false;  // statx(2) failed for an entry of the current directory
  bool has_ended_ = true;    // the current directory is read to its end
};

}  // namespace reaper::volume
