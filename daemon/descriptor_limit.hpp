#pragma once

namespace reaper::daemon {

/// Raises the soft limit of open descriptors as far as the program needs. If the system refuses, the program works with
/// its limit, and handles each lack of descriptors where it occurs.
void raise_descriptor_limit();

}  // namespace reaper::daemon
