#include "http/auth_failure_limiter.hpp"

#include <utility>

namespace reaper::http {

AuthFailureLimiter::Verdict AuthFailureLimiter::add(std::chrono::steady_clock::time_point now) {
  if (in_window_ == 0 || now - window_start_ >= k_window) {
    window_start_ = now;
    in_window_ = 0;
  }
  ++in_window_;
  const bool slowed = in_window_ > k_at_once;
  if (in_window_ <= k_logged) return {true, std::exchange(left_out_, 0), slowed};
  ++left_out_;
  return {false, 0, slowed};
}

}  // namespace reaper::http
