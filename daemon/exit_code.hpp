#pragma once

namespace reaper::daemon {

/// The exit codes of the program, from sysexits(3).
enum ExitCode : int {
  k_ok = 0,
  k_unhealthy = 1,          ///< `health`: daemon not healthy or not running; `reload`: no answer, or refused
  k_usage = 64,             ///< the command line cannot be understood
  k_internal = 70,          ///< an error of the program itself
  k_cannot_make_root = 73,  ///< the root is missing and cannot be created
  k_cannot_use_root = 74,   ///< the root, or something in it, cannot be used
  k_cannot_write = 74,      ///< standard output cannot be written
  k_bad_settings = 78,      ///< at least one setting is wrong
};

}  // namespace reaper::daemon
