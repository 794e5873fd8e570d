#pragma once

#include "base/file_descriptor.hpp"
#include "support/file_content.hpp"

#include <fcntl.h>

#include <string>
#include <thread>

namespace reaper::test {

/// A writer that has looked the chart's name up already: it opens the file by its inode, wherever it is by now.
class LateWriter {
 public:
  explicit LateWriter(const std::string& path) : looked_up_(::open(path.c_str(), O_PATH | O_CLOEXEC)) {}

  /// Begins to open the file for writing, in another thread. It gets in when nobody holds a lease on it.
  void begin() {
    thread_ = std::thread([this] { write("/proc/self/fd/" + std::to_string(looked_up_.get()), "fresh"); });
  }
  void end() { thread_.join(); }

 private:
  base::FileDescriptor looked_up_;
  std::thread thread_;
};

}  // namespace reaper::test
