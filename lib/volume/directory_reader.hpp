#pragma once

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/glob.hpp"
#include "volume/failures.hpp"
#include "volume/headroom.hpp"
#include "volume/pending_names.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"
#include "volume/scan_batch.hpp"

#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::volume {

struct Entry;

/// The parts that a directory is read with. They outlive the reader.
struct ReadingParts {
  Root* root;
  const base::GlobList* patterns;
  Progress* progress = nullptr;  ///< null on a thread of the pool
  Headroom* headroom = nullptr;  ///< null if memory has no limit, or on a thread of the pool
  std::stop_token stop = {};
};

/// Reads one directory of a scan. Used by one thread at a time.
class DirectoryReader {
 public:
  /// Says if directories below this one are scanned, too.
  enum class Below : bool { too_deep, scanned };

  explicit DirectoryReader(const ReadingParts& in) : in_(in) {}

  /// Goes on with other parts, on another thread.
  void use(const ReadingParts& in) { in_ = in; }

  /// Begins with an open directory.
  void begin(base::FileDescriptor directory, Below below);

  /// The size of a part. It ends with the first limit that it reaches.
  struct Part {
    std::size_t charts = std::numeric_limits<std::size_t>::max();
    std::size_t reads = std::numeric_limits<std::size_t>::max();  ///< calls of getdents64(2)
  };

  /// Reads the directory, or its next part. Returns false if there is nothing more to read. `buffer` is only used
  /// during the call.
  [[nodiscard]] bool read(ScanBatch& batch, std::span<std::byte> buffer, Part part);

  [[nodiscard]] int descriptor() const noexcept { return directory_.get(); }
  [[nodiscard]] base::FileDescriptor take_descriptor() noexcept { return std::move(directory_); }

  /// Closes the directory.
  void end();

  /// The findings in a directory that are not entries of a batch.
  struct Findings {
    PendingNames subdirectories;  ///< those that the scan has still to enter
    std::uint64_t too_deep = 0;   ///< subdirectories that the scan does not enter
    std::uint64_t mounts = 0;     ///< files that are mount points
    std::uint64_t looks = 0;      ///< calls of statx(2)
    bool looked_at_once = false;  ///< some of them were made at the same time
    Failures failures;            ///< their paths are names in the directory; empty for the directory itself

    /// Returns the mean time of a call if the looks and `other_calls` took `spent`. Returns nothing if looks
    /// overlapped: then the total time does not give the time of one call.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> mean_call(std::chrono::nanoseconds spent,
                                                                    std::uint64_t other_calls) const {
      if (looked_at_once) return {};
      return spent / static_cast<std::int64_t>(other_calls + looks);
    }
  };
  [[nodiscard]] Findings& findings() noexcept { return found_; }
  [[nodiscard]] const Findings& findings() const noexcept { return found_; }

 private:
  /// The kind of a regular file, judged by its name.
  enum class NameKind : std::uint8_t { chart, leftover, other };

  /// The answer of statx(2) for one entry.
  struct Look {
    int error = 0;
    struct statx file {};
  };

  void read_entries(ScanBatch& batch, std::span<std::byte> buffer, Part part);
  void take_in_groups(ScanBatch& batch, std::span<const std::byte> entries);
  void take_all(ScanBatch& batch, std::span<const std::byte> entries);
  void look_ahead(std::span<const std::byte> entries);
  void end(ScanBatch& batch, int error_number);
  void take(ScanBatch& batch, const Entry& entry);
  void take_directory(ScanBatch& batch, std::string_view name);
  void look_closer(ScanBatch& batch, std::string_view name, NameKind kind);
  void look_failed(ScanBatch& batch, std::string_view name, int error);
  [[nodiscard]] NameKind kind_of(std::string_view name) const;
  [[nodiscard]] bool needs_look(const Entry& entry) const;
  [[nodiscard]] const Look& look_at(const char* name);
  void note_call();

  ReadingParts in_;
  base::FileDescriptor directory_;
  Below below_ = Below::scanned;
  Findings found_;
  Look look_;                // at the present entry; a member, because clearing one for each entry takes time
  std::vector<Look> looks_;  // at further entries, made at once
  std::size_t next_look_ = 0;
  unsigned failures_in_a_row_ = 0;
  bool has_failed_ = false;  // statx(2) failed for an entry
  bool has_ended_ = true;
};

}  // namespace reaper::volume
