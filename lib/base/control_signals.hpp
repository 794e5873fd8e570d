#pragma once

namespace reaper::base {

/// Blocks SIGTERM, SIGINT, SIGQUIT and SIGHUP in the calling thread. Used in threads that do not handle them. Also used
/// at the end of the program, when the handlers are gone and another signal would end it by default.
void block_control_signals() noexcept;

/// Ignores signals that the program does not use and that would end it by default. SIGPIPE and SIGXFSZ repeat what the
/// failed call reports. SIGUSR1, SIGUSR2 and SIGALRM may be sent by a script or service manager by mistake.
void ignore_stray_signals() noexcept;

}  // namespace reaper::base
