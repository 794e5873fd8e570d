#pragma once

#include <chrono>
#include <cstdint>

namespace reaper::http {

/// Requests that were refused because their sender may not make them, and what that leads to: those of a person who
/// mistypes are answered at once, those of a program that tries are slowed; the log gets some of them and the count of
/// the rest, so that it cannot be filled from outside. A sender who is allowed is never slowed: that would hand the
/// operator's way in to whoever can make requests.
class AuthFailureLimiter {
 public:
  /// What to do about one.
  struct Verdict {
    bool logged = false;
    std::uint64_t left_out = 0;  ///< how many were not logged since the last one that was
    bool slowed = false;
  };

  [[nodiscard]] Verdict add(std::chrono::steady_clock::time_point now);

  /// How long those that are slowed wait for their answer. Long against the microseconds of a comparison, and short
  /// enough for a person; what tries many at once is held to the number of connections in this time.
  static constexpr std::chrono::seconds k_delay{1};

  /// The time over which they are counted.
  static constexpr std::chrono::minutes k_window{1};

  /// In one window: answered at once. A person does not mistype more often.
  static constexpr std::uint64_t k_at_once = 5;

  /// In one window: logged. Enough to see who it is and what is asked for.
  static constexpr std::uint64_t k_logged = 10;

 private:
  std::chrono::steady_clock::time_point window_start_;
  std::uint64_t in_window_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace reaper::http
