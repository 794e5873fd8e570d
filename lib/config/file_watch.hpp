#pragma once

#include <cstdint>
#include <string>
#include <tuple>

namespace reaper::config {

/// Notices that a file has changed, by a look at its state now and then. Links are followed, so that a Kubernetes
/// ConfigMap, which swaps a link to a directory above the file, is noticed like a rename or a write in place.
///
/// inotify(7) would need a watch on each directory on the way, and the sandbox allows it for the charts only.
class FileWatch {
 public:
  /// The state of now counts as read: make one before the file is read for the first time.
  explicit FileWatch(std::string path);

  /// Call it right before each reading of the file, also one that another part has asked for. The present state of the
  /// file then no longer counts as a change.
  void note_reading();

  /// Looks once. True if the file is another one than was read last, and was so already at the look before: a file that
  /// is written in place must not be read half. One that has gone is another one, too.
  [[nodiscard]] bool has_changed();

 private:
  /// One state of the file: device, inode, size, times of writing and of any change, errno of stat(2).
  using State = std::tuple<std::uint64_t, std::uint64_t, std::int64_t, std::int64_t, std::int64_t, int>;

  [[nodiscard]] State look() const;

  std::string path_;
  State read_;
  State seen_;
};

}  // namespace reaper::config
