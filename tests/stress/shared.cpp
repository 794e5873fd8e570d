#include "shared.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <type_traits>

namespace stress {

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "a lock would not be shared between the processes");
static_assert(std::is_trivially_destructible_v<Shared>, "the memory is only unmapped, never destroyed");

SharedMemory::SharedMemory() : shared_(nullptr) {
  void* const memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::system_category(), "mmap");
  shared_ = std::construct_at(static_cast<Shared*>(memory));
}

SharedMemory::~SharedMemory() { ::munmap(shared_, sizeof(Shared)); }

}  // namespace stress
