#include "base/thread_priority.hpp"

#include <linux/ioprio.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace reaper::base {

void set_thread_priority(Priority priority) noexcept {
  constexpr int k_lowest_best_effort = 7;
  const bool background = priority == Priority::background;
  const int io =
      background ? IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0) : IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, k_lowest_best_effort);
  // Refusals do not matter, see the declaration. 0 is the calling thread in both calls.
  static_cast<void>(::syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, io));
  const sched_param no_real_time{};
  static_cast<void>(::sched_setscheduler(0, background ? SCHED_BATCH : SCHED_OTHER, &no_real_time));
}

}  // namespace reaper::base
