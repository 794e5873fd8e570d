#include "sweep/volume_line.hpp"

#include "base/json_optional.hpp"
#include "volume/removal_protocol.hpp"

#include <boost/json/value.hpp>

namespace reaper::sweep {

using base::json_or_null;

/// A value that is not known is left out of the line.
void log_volume(telemetry::Log& log, const volume::VolumeTraits& volume) {
  log.write(telemetry::LogLevel::info, "Volume",
            {{"type", volume.type},
             {"kind", to_string(volume.kind)},
             {"leases", to_string(volume.leases)},
             {"locks", to_string(volume.locks)},
             {"rename", to_string(volume.rename)},
             {"no_replace", json_or_null(known(volume.no_replace))},
             {"hard_links", json_or_null(known(volume.hard_links))},
             {"stable_inodes", json_or_null(known(volume.stable_inodes))},
             {"directory_times", json_or_null(known(volume.directory_times))},
             {"honest_free_space", json_or_null(known(volume.honest_free_space))},
             {"time_granularity", to_string(volume.time_granularity)},
             {"removal", to_string(protocol_for(volume))},
             {"call_us", volume.call_time ? boost::json::value(volume.call_time->count()) : nullptr}});
}

}  // namespace reaper::sweep
