#pragma once

#include <cstdint>

namespace reaper::base {

/// The calling thread's priority against the rest of the machine.
enum class Priority : std::uint8_t {
  /// For work that can wait: idle disk time (ioprio_set(2)) and the batch class of the scheduler (sched(7)).
  background,
  /// For work that writers may wait for, such as removing a chart: the lowest best-effort disk priority, and normal
  /// processor time.
  considerate,
};

/// Sets the priority of the calling thread. Does nothing if the system forbids it, because the work must be done
/// anyway. Both changes can be undone without privileges; a nice value could not.
void set_thread_priority(Priority priority) noexcept;

}  // namespace reaper::base
