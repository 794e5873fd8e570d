#include "api/served_path.hpp"

#include "support/catch.hpp"

using namespace reaper;
using api::priority_of;
using http::Priority;

TEST_CASE("probes may occupy more connections than other requests, and questions fewer") {
  CHECK(priority_of("/healthz") == Priority::immediate);
  CHECK(priority_of("/healthz?verbose=1") == Priority::immediate);
  CHECK(priority_of("/readyz") == Priority::probe);
  CHECK(priority_of("/metrics") == Priority::probe);
  for (const auto* target : {"/charts/ages", "/charts/sets?limit=10", "/charts/explain?path=a"})
    CHECK(priority_of(target) == Priority::question);
  for (const auto* target : {"/charts/storage/stats", "/charts/cleanup", "/charts/all", "/charts/A/1d", "/",
                             "/healthz/", "/none", "*", "/%zz", ""}) {
    CAPTURE(target);
    CHECK(priority_of(target) == Priority::ordinary);
  }
}
