#pragma once

#include "base/file_stamp.hpp"

#include <string>

namespace reaper::config {

/// Detects changes of a file by comparing its state from time to time. It follows links, so it notices a write in
/// place, a rename, and a Kubernetes ConfigMap, which replaces a link to a directory above the file.
///
/// inotify(7) would need a watch on each directory of the path, and the sandbox only allows watches for the charts.
class FileWatch {
 public:
  /// Takes the present state as read. So create it before you read the file for the first time.
  explicit FileWatch(std::string path);

  /// Takes the present state as read. Call it right before each reading of the file, no matter which part reads.
  void note_reading();

  /// Looks at the file once. Returns true if its state differs from the last reading and is the same as at the look
  /// before. So a file that is being written in place is not read half-way. A deleted file counts as changed.
  [[nodiscard]] bool has_changed();

 private:
  [[nodiscard]] base::FileStamp look() const;

  std::string path_;
  base::FileStamp read_;
  base::FileStamp seen_;
};

}  // namespace reaper::config
