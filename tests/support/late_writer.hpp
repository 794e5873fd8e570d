#pragma once

#include "base/file_descriptor.hpp"
#include "support/file_content.hpp"

#include <fcntl.h>

#include <string>
#include <thread>

namespace reaper::test {

/// A writer that looked up the chart's name earlier. It opens the file by its inode, so a rename does not stop it.
class LateWriter {
 public:
  explicit LateWriter(const std::string& path) : looked_up_(::open(path.c_str(), O_PATH | O_CLOEXEC)) {}

  /// Opens the file for writing in another thread. The kernel blocks the open while a lease is held.
  void begin() {
    thread_ = std::thread([this] { write("/proc/self/fd/" + std::to_string(looked_up_.get()), "fresh"); });
  }
  void end() { thread_.join(); }

 private:
  base::FileDescriptor looked_up_;
  std::thread thread_;
};

}  // namespace reaper::test
