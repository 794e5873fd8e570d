#include "sweep/volume_line.hpp"

#include <boost/json/value.hpp>

namespace reaper::sweep {
namespace {

/// A value that is not known is left out of the line.
boost::json::value as_json(volume::Trait trait) {
  return trait == volume::Trait::unknown ? boost::json::value(nullptr)
                                         : boost::json::value(trait == volume::Trait::yes);
}

}  // namespace

void log_volume(telemetry::Log& log, const volume::VolumeTraits& volume) {
  log.write(telemetry::LogLevel::info, "Volume",
            {{"type", volume.type},
             {"kind", to_string(volume.kind)},
             {"leases", to_string(volume.leases)},
             {"locks", to_string(volume.locks)},
             {"rename", to_string(volume.rename)},
             {"no_replace", as_json(volume.no_replace)},
             {"hard_links", as_json(volume.hard_links)},
             {"stable_inodes", as_json(volume.stable_inodes)},
             {"directory_times", as_json(volume.directory_times)},
             {"honest_free_space", as_json(volume.honest_free_space)},
             {"time_granularity", to_string(volume.time_granularity)},
             {"call_us", volume.call_time ? boost::json::value(volume.call_time->count()) : nullptr}});
}

}  // namespace reaper::sweep
