#pragma once

#include <utility>

namespace reaper::base {

/// Owns one descriptor and closes it once, at the end of its life.
class FileDescriptor {
 public:
  FileDescriptor() noexcept = default;
  explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(); }

  /// The descriptor, or -1 when nothing is owned.
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] explicit operator bool() const noexcept { return descriptor_ >= 0; }

  /// Closes what is owned. An error of close(2) is not retried: on Linux the descriptor is gone either way, and a
  /// second close could hit a descriptor that another thread has just opened.
  void reset() noexcept;

 private:
  int descriptor_ = -1;
};

}  // namespace reaper::base
