#pragma once

#include "telemetry/log.hpp"
#include "volume/volume_traits.hpp"

namespace reaper::sweep {

/// Logs what the volume of the chart directory can do.
void log_volume(telemetry::Log& log, const volume::VolumeTraits& volume);

}  // namespace reaper::sweep
