#pragma once

#include "commands.hpp"
#include "config/settings.hpp"
#include "sandbox/sandbox.hpp"
#include "telemetry/log.hpp"
#include "volume/system.hpp"

namespace reaper::daemon {

/// Enters the sandbox with what the daemon needs by these settings, unless they say not to. `system` is the one that
/// the daemon uses.
[[nodiscard]] sandbox::Parts enter_sandbox(const Invocation& invocation, const config::Settings& settings,
                                           volume::System& system);

/// The one log line about it: a warning if files or system calls are not confined.
void log_sandbox(telemetry::Log& log, const sandbox::Parts& parts);

}  // namespace reaper::daemon
