#include "base/file_descriptor.hpp"

#include <unistd.h>

namespace reaper::base {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void FileDescriptor::reset() noexcept {
  // No file is written through these descriptors, so a failing close(2) loses nothing.
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace reaper::base
