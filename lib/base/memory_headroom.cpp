#include "base/memory_headroom.hpp"

#include <sys/mman.h>

namespace reaper::base {

void make_headroom(std::size_t bytes) {
  void* const taken = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  // Without address space to allocate in, there is nothing to release.
  if (taken != MAP_FAILED) static_cast<void>(::munmap(taken, bytes));
}

}  // namespace reaper::base
