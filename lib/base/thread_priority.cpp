#include "base/thread_priority.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace reaper::base {
namespace {

// ioprio_set(2): glibc has no wrapper, and some versions of the kernel's header are not valid C++. The class is above
// the 13 bits of the level.
constexpr int k_io_priority_of_thread = 1;  // IOPRIO_WHO_PROCESS, which means one thread
constexpr int k_io_class_shift = 13;
constexpr int k_io_best_effort = 2 << k_io_class_shift;
constexpr int k_io_idle = 3 << k_io_class_shift;
constexpr int k_io_lowest_level = 7;

}  // namespace

void set_thread_priority(Priority priority) noexcept {
  const bool background = priority == Priority::background;
  const int io = background ? k_io_idle : k_io_best_effort | k_io_lowest_level;
  // If the kernel refuses, the usual priority stays. Thread 0 is the calling one in both calls.
  static_cast<void>(::syscall(SYS_ioprio_set, k_io_priority_of_thread, 0, io));
  const sched_param no_real_time{};
  static_cast<void>(::sched_setscheduler(0, background ? SCHED_BATCH : SCHED_OTHER, &no_real_time));
}

}  // namespace reaper::base
