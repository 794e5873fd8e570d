#pragma once

#include "base/error.hpp"
#include "base/glob.hpp"
#include "volume/ahead_directory.hpp"
#include "volume/call_pool.hpp"
#include "volume/directory_reader.hpp"
#include "volume/failures.hpp"
#include "volume/headroom.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"
#include "volume/scan_batch.hpp"
#include "volume/upcoming_directories.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::volume {

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
  bool reads_ahead = true;       ///< false if the caller skips most directories
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
///
/// On a slow volume the pool of the root reads the next directories ahead, at most 128 in all. The scan still visits
/// them in the same order.
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
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;
  ~Scan();

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
  [[nodiscard]] int descriptor() const noexcept { return reader_.descriptor(); }
  /// Returns the modification time of the open directory. If the directory was read ahead, this is the time read before
  /// its entries; otherwise it is read now.
  [[nodiscard]] base::Result<DirectoryTime> time() const;
  /// Reads the directory, or its next part. Returns false if there is nothing more to read.
  [[nodiscard]] bool read(ScanBatch& batch);

  /// Makes the scan read each directory again in its turn. This is for callers that must do something before the
  /// directory is read, such as add a watch. Reading ahead then only fills the kernel's caches.
  void read_again() noexcept { reads_again_ = true; }

  /// Drops what was read ahead, because the caller has changed the volume since.
  void drop_read_ahead();

  /// Returns the number of directories that were found and not yet visited.
  [[nodiscard]] std::size_t pending() const noexcept { return pending_ + reader_.findings().subdirectories.count(); }

  [[nodiscard]] const ScanResult& result() const noexcept { return result_; }

 private:
  /// A directory whose subdirectories are still to be entered.
  struct Level {
    std::string path;
    UpcomingDirectories upcoming;
  };

  void leave_directory();
  void read_ahead(UpcomingDirectories& upcoming);
  [[nodiscard]] base::Result<void> open_directory();
  [[nodiscard]] bool use_read_ahead();
  [[nodiscard]] base::Result<void> open_now();
  [[nodiscard]] bool read_next(ScanBatch& batch);
  void take_findings();
  [[nodiscard]] DirectoryReader::Below below(unsigned depth) const;
  [[nodiscard]] ReadingParts parts();
  template <class Call>
  auto timed(Call call);

  Root& root_;
  std::string start_;
  unsigned start_level_;  // level of the start below the root
  ScanOptions options_;
  ScanResult result_;
  std::vector<std::byte> buffer_;
  DirectoryReader reader_;                          // of the current directory
  std::vector<Level> above_;                        // its ancestors, from the start on
  std::shared_ptr<AheadDirectory> ahead_;           // the current directory, if it is read ahead
  bool uses_ahead_ = false;                         // the results of `ahead_`
  const char* name_ = nullptr;                      // of the current directory; null before the start
  std::size_t pending_ = 0;                         // below the directories in `above_`
  bool reads_again_ = false;                        // see read_again()
  unsigned opened_ = 0;                             // directories
  std::optional<CallPool::Clock::duration> spent_;  // on the calls of the current directory, if they are timed
};

}  // namespace reaper::volume
