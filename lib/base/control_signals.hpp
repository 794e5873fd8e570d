#pragma once

namespace reaper::base {

/// Keeps SIGTERM, SIGINT, SIGQUIT and SIGHUP from the calling thread: from one that does not handle them, and at the
/// end of the program, when their handlers have gone and one more of them would end it by its default action.
void block_control_signals() noexcept;

/// Ignores signals that mean nothing to the program, and whose default action would end it: those of readers that have
/// gone and of files that may not grow, both of which the call itself reports too, and those that a script or a service
/// manager may send by mistake.
void ignore_stray_signals() noexcept;

}  // namespace reaper::base
