#include "api/volume_json.hpp"

#include "base/json_optional.hpp"
#include "volume/removal_protocol.hpp"

#include <boost/json/object.hpp>

namespace reaper::api {

namespace json = boost::json;
using base::json_or_null;

json::value volume_json(const volume::VolumeTraits* volume) {
  if (volume == nullptr) return nullptr;
  json::object object;
  object.emplace("type", volume->type);
  object.emplace("kind", to_string(volume->kind));
  object.emplace("removal", to_string(protocol_for(*volume)));
  object.emplace("leases", to_string(volume->leases));
  object.emplace("locks", to_string(volume->locks));
  object.emplace("rename", to_string(volume->rename));
  object.emplace("no_replace", json_or_null(known(volume->no_replace)));
  object.emplace("hard_links", json_or_null(known(volume->hard_links)));
  object.emplace("stable_inodes", json_or_null(known(volume->stable_inodes)));
  object.emplace("directory_times", json_or_null(known(volume->directory_times)));
  object.emplace("honest_free_space", json_or_null(known(volume->honest_free_space)));
  object.emplace("time_granularity", to_string(volume->time_granularity));
  object.emplace("call_us", volume->call_time ? json::value(volume->call_time->count()) : nullptr);
  object.emplace("reason", volume->reason);
  return object;
}

}  // namespace reaper::api
