#include "volume/open_hows.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

namespace reaper::volume {
namespace {

/// The number is the same on all architectures. The build machine's headers may be too old to have it.
constexpr long k_mseal = 462;

std::size_t page_bytes() noexcept { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

// Only for paths of several steps, because each flag costs time (openat2(2)).
constexpr __u64 k_resolve_several_steps = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;

constexpr std::size_t k_ways = 4;

std::size_t position(bool one_step, OpenHows::AccessTime time) noexcept {
  return (one_step ? 0U : 2U) + (time == OpenHows::AccessTime::stays ? 0U : 1U);
}

open_how to_open_directories(__u64 resolve, OpenHows::AccessTime time) noexcept {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
  if (time == OpenHows::AccessTime::stays) how.flags |= O_NOATIME;
  how.resolve = resolve;
  return how;
}

}  // namespace

OpenHows::OpenHows() {
  void* const page = ::mmap(nullptr, page_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::system_error(errno, std::system_category(), "mmap");
  page_ = static_cast<open_how*>(page);
  for (const AccessTime time : {AccessTime::stays, AccessTime::moves}) {
    page_[position(true, time)] = to_open_directories(RESOLVE_NO_XDEV, time);
    page_[position(false, time)] = to_open_directories(RESOLVE_NO_XDEV | k_resolve_several_steps, time);
  }
  if (::mprotect(page_, page_bytes(), PROT_READ) != 0)
    throw std::system_error(errno, std::system_category(), "mprotect");
}

// A sealed page stays mapped until the process ends.
OpenHows::~OpenHows() { static_cast<void>(::munmap(page_, page_bytes())); }

const open_how& OpenHows::of(bool one_step, AccessTime time) const noexcept { return page_[position(one_step, time)]; }

std::vector<const void*> OpenHows::addresses() const {
  std::vector<const void*> all;
  for (std::size_t i = 0; i < k_ways; ++i) all.push_back(page_ + i);
  return all;
}

bool OpenHows::seal() noexcept { return ::syscall(k_mseal, page_, page_bytes(), 0) == 0; }

}  // namespace reaper::volume
