#include "http/access_policy.hpp"

#include "support/capture.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <sys/stat.h>

using namespace reaper;
using http::AccessPolicy;

namespace {

/// Returns the status of the refusal, or 200 if the request is allowed.
unsigned status(const AccessPolicy& policy, std::string authorization = {}) {
  const auto refusal = policy.refuse(
      {.method = http::Method::delete_, .target = "/", .host = "127.0.0.1", .authorization = std::move(authorization)});
  return refusal ? refusal->status : 200;
}

}  // namespace

TEST_CASE("without a token file only an open listener accepts changes") {
  CHECK(status(AccessPolicy({.open = true, .token_configured = false, .token = {}, .allowed_hosts = {}})) == 200);
  CHECK(status(AccessPolicy({.open = false, .token_configured = false, .token = {}, .allowed_hosts = {}})) == 403);
}

TEST_CASE("the token is the file's content at the time of the request") {
  const base::SystemClock clock;
  const test::Capture capture = test::capture_pipe();
  telemetry::Log log(clock, capture.writer.get());
  const test::TempDir directory;
  const auto put = [&](std::string_view token) {
    const auto file = directory.write_file("new", token);
    REQUIRE(::chmod(file.c_str(), 0400) == 0);
    std::filesystem::rename(file, directory.path("token"));
  };
  const AccessPolicy policy({.open = false, .token_configured = false, .token = {}, .allowed_hosts = {}},
                            std::make_shared<http::TokenFile>(directory.path("token").string(), log));
  CHECK_FALSE(policy.refuses_all_changes());
  CHECK(status(policy, "Bearer first") == 403);
  put("first");
  CHECK(status(policy) == 401);
  CHECK(status(policy, "Bearer first") == 200);
  put("second");
  CHECK(status(policy, "Bearer first") == 401);
  CHECK(status(policy, "Bearer second") == 200);
}

TEST_CASE("a listener that is neither open nor has a token file refuses every change") {
  const http::AccessRules open{.open = true, .token_configured = false, .token = {}, .allowed_hosts = {}};
  const http::AccessRules closed{.open = false, .token_configured = false, .token = {}, .allowed_hosts = {}};
  CHECK_FALSE(AccessPolicy(open).refuses_all_changes());
  CHECK(AccessPolicy(closed).refuses_all_changes());
}
