#pragma once

#include "base/file_descriptor.hpp"
#include "volume/ahead_directory.hpp"
#include "volume/call_pool.hpp"
#include "volume/directory_reader.hpp"
#include "volume/pending_names.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

namespace reaper::volume {

/// The subdirectories of one open directory, in the order in which a scan visits them. A pool may read the next ones
/// ahead.
class UpcomingDirectories {
 public:
  UpcomingDirectories(base::FileDescriptor directory, PendingNames names)
      : directory_(std::move(directory)), names_(std::move(names)) {}
  UpcomingDirectories(UpcomingDirectories&&) noexcept = default;
  UpcomingDirectories& operator=(UpcomingDirectories&&) = delete;
  UpcomingDirectories(const UpcomingDirectories&) = delete;
  UpcomingDirectories& operator=(const UpcomingDirectories&) = delete;
  /// Waits for the directories that are being read.
  ~UpcomingDirectories() { drop_read_ahead(); }

  /// Returns the directory that they are in.
  [[nodiscard]] int directory() const noexcept { return directory_.get(); }

  /// A subdirectory. The name stays valid until the next call of take() or read_ahead(), or while `ahead` lives.
  struct Next {
    const char* name = nullptr;             ///< null if there is none
    std::shared_ptr<AheadDirectory> ahead;  ///< null if it is not read ahead
  };
  [[nodiscard]] Next take();

  /// Has the pool read the next directories, until `count` of them are read ahead.
  void read_ahead(CallPool& pool, const ReadingParts& in, DirectoryReader::Below below, std::size_t count);

  /// Returns the number of directories that are read ahead and not yet taken.
  [[nodiscard]] std::size_t ahead() const noexcept { return ahead_.size(); }

  /// Forgets what was read ahead, but not the names.
  void drop_read_ahead();

 private:
  base::FileDescriptor directory_;
  std::deque<std::shared_ptr<AheadDirectory>> ahead_;
  PendingNames names_;
};

}  // namespace reaper::volume
