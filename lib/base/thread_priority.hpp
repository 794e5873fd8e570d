#pragma once

#include <cstdint>

namespace reaper::base {

/// How much the calling thread gives way to the rest of the machine.
enum class Priority : std::uint8_t {
  /// For work that can wait: idle disk time (ioprio_set(2)) and the scheduler's batch class (sched(7)).
  background,
  /// For work that others may wait for, as writers do for a chart that is being removed: the lowest best-effort disk
  /// priority and usual processor time.
  considerate,
};

/// Gives the calling thread this priority, as far as the system permits: without it the work is done all the same. Both
/// can be taken back without privileges, which a nice value could not.
void set_thread_priority(Priority priority) noexcept;

}  // namespace reaper::base
