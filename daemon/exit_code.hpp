#pragma once

namespace reaper::daemon {

/// What the program ends with; the values of sysexits(3).
enum ExitCode : int {
  k_ok = 0,
  k_unhealthy = 1,  ///< `health`: the daemon is not healthy, or not there; `reload`: it does not answer, or refuses
  k_usage = 64,     ///< the command line makes no sense
  k_internal = 70,  ///< something that should not happen
  k_cannot_make_root = 73,  ///< the root is missing and cannot be made
  k_cannot_use_root = 74,   ///< the root, or something in it, cannot be used
  k_cannot_write = 74,      ///< standard output cannot be written
  k_bad_settings = 78,      ///< at least one setting is wrong
};

}  // namespace reaper::daemon
