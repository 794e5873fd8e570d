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

/// The call's number is the same on all architectures; the headers of the machine that builds may be older.
constexpr long k_mseal = 462;

std::size_t page_bytes() noexcept { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

open_how to_open_directories(__u64 resolve) noexcept {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = resolve;
  return how;
}

}  // namespace

OpenHows::OpenHows() {
  void* const page = ::mmap(nullptr, page_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::system_error(errno, std::system_category(), "mmap");
  page_ = static_cast<open_how*>(page);
  page_[0] = to_open_directories(RESOLVE_NO_XDEV);
  // Each of these costs time (openat2(2)).
  page_[1] = to_open_directories(RESOLVE_NO_XDEV | RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
  if (::mprotect(page_, page_bytes(), PROT_READ) != 0)
    throw std::system_error(errno, std::system_category(), "mprotect");
}

// A sealed page stays until the end of the process.
OpenHows::~OpenHows() { static_cast<void>(::munmap(page_, page_bytes())); }

const open_how& OpenHows::one_step() const noexcept { return page_[0]; }

const open_how& OpenHows::several_steps() const noexcept { return page_[1]; }

bool OpenHows::seal() noexcept { return ::syscall(k_mseal, page_, page_bytes(), 0) == 0; }

}  // namespace reaper::volume
