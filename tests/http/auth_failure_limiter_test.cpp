#include "http/auth_failure_limiter.hpp"

#include "support/catch.hpp"

using namespace reaper;
using http::AuthFailureLimiter;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::steady_clock::time_point k_start{1h};

}  // namespace

TEST_CASE("the first failed attempts are answered at once and later ones delayed, until a minute has passed") {
  AuthFailureLimiter attempts;
  for (std::uint64_t i = 1; i <= 20; ++i)
    CHECK(attempts.add(k_start + 59s).slowed == (i > AuthFailureLimiter::k_at_once));
  CHECK(attempts.add(k_start + 59s + 59s).slowed);
  CHECK_FALSE(attempts.add(k_start + 59s + 60s).slowed);
}

TEST_CASE("ten failed attempts a minute are logged, and the next line says how many were not") {
  AuthFailureLimiter attempts;
  for (std::uint64_t i = 1; i <= 25; ++i) {
    const auto verdict = attempts.add(k_start);
    CHECK(verdict.logged == (i <= AuthFailureLimiter::k_logged));
    CHECK(verdict.left_out == 0);
  }
  const auto next = attempts.add(k_start + 1min);
  CHECK(next.logged);
  CHECK(next.left_out == 15);
  CHECK(attempts.add(k_start + 1min).left_out == 0);
}
