#pragma once

#include <utility>

namespace reaper::base {

/// Owns one descriptor and closes it once.
class FileDescriptor {
 public:
  FileDescriptor() noexcept = default;
  explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(); }

  /// Returns the descriptor, or -1 if there is none.
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] explicit operator bool() const noexcept { return descriptor_ >= 0; }

  /// Closes the descriptor. A failed close(2) is not retried: Linux has released the descriptor anyway, and a second
  /// close could hit one that another thread has just opened.
  void reset() noexcept;

 private:
  int descriptor_ = -1;
};

}  // namespace reaper::base
