#pragma once

#include "commands.hpp"
#include "config/settings.hpp"
#include "sandbox/sandbox.hpp"
#include "telemetry/log.hpp"
#include "volume/system.hpp"

namespace reaper::daemon {

/// Enters the sandbox with the access that these settings need; does nothing if they disable it. `system` must be the
/// one that the daemon uses.
[[nodiscard]] sandbox::Parts enter_sandbox(const Invocation& invocation, const config::Settings& settings,
                                           volume::System& system);

/// Writes the one log line about the sandbox: a warning if files or system calls are not restricted.
void log_sandbox(telemetry::Log& log, const sandbox::Parts& parts);

}  // namespace reaper::daemon
