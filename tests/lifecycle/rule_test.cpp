#include "lifecycle/rule.hpp"

#include "base/json_text.hpp"
#include "lifecycle/settings.hpp"
#include "support/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

using namespace reaper;
using namespace reaper::lifecycle;
using config::ObjectStore;

namespace {

std::string text_of(const config::Settings& settings, const Target& target) {
  return base::json_text(make_rule(settings, target));
}

std::string without_cleanup(const Target& target) {
  config::Settings settings = development();
  settings.enable_cleanup = false;
  return text_of(settings, target);
}

}  // namespace

TEST_CASE("each store gets a rule in its own shape") {
  CHECK(text_of(with_max_age(30), {ObjectStore::s3, "charts/"}) ==
        R"({"Rules":[{"ID":"chartreaper","Status":"Enabled","Filter":{"Prefix":"charts/"},"Expiration":{"Days":2}}]})");
  CHECK(text_of(with_max_age(30), {ObjectStore::gcs, "charts/"}) ==
        R"({"rule":[{"action":{"type":"Delete"},"condition":{"age":2,"isLive":true,"matchesPrefix":["charts/"],)"
        R"("matchesSuffix":[".png"]}}]})");
  CHECK(text_of(with_max_age(30), {ObjectStore::azure, "mine/charts/"}) ==
        R"({"rules":[{"enabled":true,"name":"chartreaper","type":"Lifecycle","definition":{"filters":{)"
        R"("blobTypes":["blockBlob"],"prefixMatch":["mine/charts/"]},"actions":{"baseBlob":{"delete":{)"
        R"("daysAfterModificationGreaterThan":2}}}}}]})");
}

TEST_CASE("without a prefix a rule matches nothing and is disabled where it can be") {
  CHECK(text_of(development(), {ObjectStore::s3, {}}) ==
        R"({"Rules":[{"ID":"chartreaper","Status":"Disabled","Filter":{"Prefix":"REPLACE-WITH-YOUR-PREFIX/"},)"
        R"("Expiration":{"Days":1}}]})");
  CHECK(text_of(development(), {ObjectStore::gcs, {}}).find(R"("matchesPrefix":["REPLACE-WITH-YOUR-PREFIX/"])") !=
        std::string::npos);
  const std::string azure = text_of(development(), {ObjectStore::azure, {}});
  CHECK(azure.find(R"("enabled":false)") != std::string::npos);
  CHECK(azure.find(R"("prefixMatch":["replace-with-your-container/REPLACE-WITH-YOUR-PREFIX/"])") != std::string::npos);
}

TEST_CASE("the placeholders are prefixes that an operator could give") {
  CHECK(config::is_object_prefix(ObjectStore::s3, k_placeholder));
  CHECK(config::is_object_prefix(ObjectStore::azure, k_azure_placeholder));
}

TEST_CASE("with cleanup off no rule removes anything") {
  CHECK(without_cleanup({ObjectStore::s3, "charts/"}).find(R"("Status":"Disabled","Filter":{"Prefix":"charts/"})") !=
        std::string::npos);
  CHECK(without_cleanup({ObjectStore::azure, "mine/charts/"}).find(R"("enabled":false)") != std::string::npos);
  CHECK(without_cleanup({ObjectStore::gcs, "charts/"}) == text_of(development(), {ObjectStore::gcs, {}}));
}

TEST_CASE("a prefix and a suffix with quotes or backslashes are escaped") {
  const std::string prefix = "a\"b\\c/";
  config::Settings settings = development();
  settings.file_patterns = {"*\".png"};
  for (const ObjectStore store : {ObjectStore::s3, ObjectStore::gcs}) {
    const auto rule = make_rule(settings, {store, prefix});
    CHECK(boost::json::parse(base::json_text(rule)) == boost::json::value(rule));
  }
  CHECK(text_of(settings, {ObjectStore::gcs, prefix})
            .find(R"("matchesPrefix":["a\"b\\c/"],"matchesSuffix":["\".png"])") != std::string::npos);
}

TEST_CASE("a rule without suffixes has no empty list of them") {
  config::Settings settings = development();
  settings.file_patterns = {"*"};
  CHECK(text_of(settings, {ObjectStore::gcs, "charts/"}).find("matchesSuffix") == std::string::npos);
}
