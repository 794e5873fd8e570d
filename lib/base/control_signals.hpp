#pragma once

namespace reaper::base {

/// Keeps SIGTERM, SIGINT and SIGHUP from the calling thread: from one that does not handle them, and at the end of the
/// program, when their handlers have gone and one more of them would end it by its default action.
void hold_back_control_signals() noexcept;

}  // namespace reaper::base
