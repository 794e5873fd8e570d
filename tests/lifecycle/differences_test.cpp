#include "lifecycle/differences.hpp"

#include "lifecycle/settings.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <string_view>

using namespace reaper;
using namespace reaper::lifecycle;
using config::ObjectStore;

namespace {

constexpr ObjectStore k_all[] = {ObjectStore::s3, ObjectStore::gcs, ObjectStore::azure};

/// Returns a prefix that the store allows.
std::string prefix_for(ObjectStore store) { return store == ObjectStore::azure ? "mine/charts/" : "charts/"; }

/// Returns the number of lines that have the text.
auto mentions(const config::Settings& settings, const Target& target, std::string_view text) {
  return std::ranges::count_if(differences(settings, target),
                               [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("the size limit is in no rule") {
  config::Settings settings = development();
  for (const ObjectStore store : k_all) {
    CHECK(mentions(settings, {store, prefix_for(store)}, "any size limit; CHART_MAX_SIZE_MB=1000 needs") == 1);
  }
  settings.max_size_percent = 80;
  CHECK(mentions(settings, {ObjectStore::s3, "charts/"},
                 "CHART_MAX_SIZE_MB=1000 and CHART_MAX_SIZE_PERCENT=80 need ") == 1);
}

TEST_CASE("hours are mentioned if they are no whole days") {
  for (const ObjectStore store : k_all) {
    const Target target{store, prefix_for(store)};
    CHECK(mentions(with_max_age(24), target, "CHART_MAX_AGE_HOURS") == 0);
    CHECK(mentions(with_max_age(48), target, "CHART_MAX_AGE_HOURS") == 0);
    CHECK(mentions(with_max_age(6), target, "hours; CHART_MAX_AGE_HOURS=6 becomes 1 day") == 1);
    CHECK(mentions(with_max_age(30.5), target, "hours; CHART_MAX_AGE_HOURS=30.5 becomes 2 days") == 1);
    CHECK(mentions(with_max_age(30), target, "the exact time") == 1);
  }
}

TEST_CASE("a minimum age that decides is mentioned") {
  config::Settings settings = with_max_age(6);
  settings.min_age_seconds = 604'800;
  CHECK(mentions(settings, {ObjectStore::s3, "charts/"}, "CHART_MIN_AGE_SECONDS=604800 becomes 7 days") == 1);
  CHECK(mentions(settings, {ObjectStore::s3, "charts/"}, "CHART_MAX_AGE_HOURS") == 0);
  CHECK(mentions(development(), {ObjectStore::s3, "charts/"}, "CHART_MIN_AGE_SECONDS") == 0);
}

TEST_CASE("patterns are mentioned as far as the rule leaves them out") {
  config::Settings settings = development();
  CHECK(mentions(settings, {ObjectStore::s3, "charts/"}, "CHART_FILE_PATTERNS=*.png; the rule removes every object") ==
        1);
  CHECK(mentions(settings, {ObjectStore::azure, "mine/charts/"}, "CHART_FILE_PATTERNS=*.png; the rule removes") == 1);
  CHECK(mentions(settings, {ObjectStore::gcs, "charts/"}, "CHART_FILE_PATTERNS") == 0);
  settings.file_patterns = {"*.png", "x?.svg", "y?.svg"};
  CHECK(mentions(settings, {ObjectStore::gcs, "charts/"}, "=x?.svg,y?.svg; objects that match only") == 1);
  settings.file_patterns = {"x?.svg"};
  CHECK(mentions(settings, {ObjectStore::gcs, "charts/"}, "=x?.svg; the rule removes every object") == 1);
  settings.file_patterns = {"*"};
  for (const ObjectStore store : k_all)
    CHECK(mentions(settings, {store, prefix_for(store)}, "CHART_FILE_PATTERNS") == 0);
}

TEST_CASE("empty sets, versions, metadata and other rules are always mentioned") {
  for (const ObjectStore store : k_all) {
    const Target target{store, prefix_for(store)};
    for (const char* text : {"empty chart sets", "old versions", "modification time in the metadata", "replaces all"}) {
      CAPTURE(text);
      CHECK(mentions(development(), target, text) == 1);
    }
  }
  CHECK(mentions(development(), {ObjectStore::gcs, "charts/"}, "stands for a directory stays") == 1);
  CHECK(mentions(development(), {ObjectStore::s3, "charts/"}, "stands for a directory is removed at its own age") == 1);
}

TEST_CASE("cleanup that is off is mentioned") {
  config::Settings settings = development();
  for (const ObjectStore store : k_all)
    CHECK(mentions(settings, {store, prefix_for(store)}, "CHART_ENABLE_CLEANUP") == 0);
  settings.enable_cleanup = false;
  CHECK(mentions(settings, {ObjectStore::s3, "charts/"}, "CHART_ENABLE_CLEANUP=false: the rule is disabled") == 1);
  CHECK(mentions(settings, {ObjectStore::gcs, "charts/"}, "CHART_ENABLE_CLEANUP=false: the rule matches nothing") == 1);
}

TEST_CASE("a missing prefix is mentioned with its placeholder") {
  CHECK(mentions(development(), {ObjectStore::s3, {}}, "replace 'REPLACE-WITH-YOUR-PREFIX/', and enable the rule") ==
        1);
  CHECK(mentions(development(), {ObjectStore::gcs, {}}, "replace 'REPLACE-WITH-YOUR-PREFIX/'") == 1);
  CHECK(mentions(development(), {ObjectStore::azure, {}}, "replace 'replace-with-your-container/REPLACE") == 1);
  for (const ObjectStore store : k_all)
    CHECK(mentions(development(), {store, prefix_for(store)}, "without --prefix") == 0);
}

TEST_CASE("a prefix without a slash at its end is mentioned") {
  CHECK(mentions(development(), {ObjectStore::s3, "charts"}, "also applies below 'charts-other/'") == 1);
  CHECK(mentions(development(), {ObjectStore::s3, "charts/"}, "does not end with /") == 0);
}

TEST_CASE("the container in an Azure prefix is mentioned if there is no prefix") {
  CHECK(mentions(development(), {ObjectStore::azure, {}}, "begins with the container") == 1);
  CHECK(mentions(development(), {ObjectStore::azure, "mine/charts/"}, "begins with the container") == 0);
  CHECK(mentions(development(), {ObjectStore::s3, {}}, "begins with the container") == 0);
}
