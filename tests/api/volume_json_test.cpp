#include "api/volume_json.hpp"

#include "api/embedded.hpp"
#include "support/catch.hpp"
#include "volume/volume_kinds.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <set>
#include <string>

using namespace reaper;
namespace json = boost::json;

TEST_CASE("a volume is reported with its promises and their reason") {
  volume::VolumeTraits traits = volume::traits_of(0x6969, volume::Mount{"nfs4", "server:/export", "rw"});
  traits.call_time = std::chrono::microseconds(180);
  CHECK(json::serialize(api::volume_json(&traits)) ==
        R"({"type":"nfs4","kind":"network","removal":"network","leases":"no","locks":"across_hosts","rename":"atomic",)"
        R"("no_replace":false,)"
        R"("hard_links":true,"stable_inodes":true,"directory_times":true,"honest_free_space":true,)"
        R"("time_granularity":"ns","call_us":180,)"
        R"("reason":"A lease needs a delegation; flock is a byte-range lock of the server."})");
}

TEST_CASE("unknown promises of a volume are null, and so is a volume that is not known") {
  const volume::VolumeTraits traits;
  const json::value body = api::volume_json(&traits);
  for (const char* name :
       {"no_replace", "hard_links", "stable_inodes", "directory_times", "honest_free_space", "call_us"})
    CHECK(body.at(name).is_null());
  CHECK(body.at("rename") == "unknown");
  CHECK(api::volume_json(nullptr).is_null());
}

TEST_CASE("the OpenAPI document has exactly the fields of a volume") {
  const volume::VolumeTraits traits;
  const json::value body = api::volume_json(&traits);
  std::set<std::string> reported;
  for (const auto& field : body.as_object()) reported.emplace(field.key());
  const json::value document = json::parse(api::k_openapi);
  const json::value& schema = document.at("components").at("schemas").at("Config").at("properties").at("volume");
  std::set<std::string> documented;
  for (const auto& field : schema.at("properties").as_object()) documented.emplace(field.key());
  std::set<std::string> required;
  for (const json::value& name : schema.at("required").as_array()) required.emplace(name.as_string());
  CHECK(documented == reported);
  CHECK(required == reported);
}
