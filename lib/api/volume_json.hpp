#pragma once

#include "volume/volume_traits.hpp"

#include <boost/json/value.hpp>

namespace reaper::api {

/// Returns what holds on the volume as an object. A promise that is not known is null. `volume` may be null; then the
/// result is null.
[[nodiscard]] boost::json::value volume_json(const volume::VolumeTraits* volume);

}  // namespace reaper::api
