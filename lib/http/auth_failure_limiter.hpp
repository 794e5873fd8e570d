#pragma once

#include <chrono>
#include <cstdint>

namespace reaper::http {

/// Slows and logs requests that were refused for lack of rights. The first few in a window are answered at once,
/// because people mistype; further ones are slowed, because programs guess. The log gets some and a count of the rest,
/// so that no client can fill it. Permitted requests are never slowed; otherwise any client could lock the operator
/// out.
class AuthFailureLimiter {
 public:
  /// The treatment of one refused request.
  struct Verdict {
    bool logged = false;
    std::uint64_t left_out = 0;  ///< refused requests not logged since the last logged one
    bool slowed = false;
  };

  /// Counts a refused request and returns its treatment.
  [[nodiscard]] Verdict add(std::chrono::steady_clock::time_point now);

  /// The delay of a slowed answer. It is long beside the microseconds of a comparison, and short enough for a person. A
  /// program that guesses in parallel gets one try for each connection in this time.
  static constexpr std::chrono::seconds k_delay{1};

  /// The length of a counting window.
  static constexpr std::chrono::minutes k_window{1};

  /// Refused requests in a window that are answered at once. A person does not mistype more often.
  static constexpr std::uint64_t k_at_once = 5;

  /// Refused requests in a window that are logged. They suffice to see the sender and the target.
  static constexpr std::uint64_t k_logged = 10;

 private:
  std::chrono::steady_clock::time_point window_start_;
  std::uint64_t in_window_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace reaper::http
