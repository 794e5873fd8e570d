#include "volume/pool_width.hpp"

#include <algorithm>
#include <bit>

namespace reaper::volume {
namespace {

using std::chrono::microseconds;

/// Faster calls are answered from memory, and waking a second thread would take as long as the call. On a local disk
/// that is read for the first time, a call takes 15 us on average, although most take 2.
constexpr microseconds k_fast{8};

/// The initial width is the call time divided by this, and at most `k_first`. The width falls below the initial width
/// only if calls become faster than `k_fast`.
constexpr microseconds k_time_for_one{50};
constexpr unsigned k_first = 8;

/// Single calls vary: some are answered from a cache. So judge the mean of this many.
constexpr std::size_t k_samples = 32;

/// Doubling the width is a gain if a call takes at most this many times as long. The volume then carries out at least a
/// fifth more calls a second.
constexpr double k_slower_at_most = 1.65;

/// If a larger width brought no gain, try it again after this many means. By then, other users of the volume may have
/// stopped.
constexpr unsigned k_hold = 64;

}  // namespace

PoolWidth::PoolWidth(std::optional<unsigned> fixed)
    : is_fixed_(fixed.has_value()), width_(std::clamp(fixed.value_or(1), 1U, k_max)) {}

void PoolWidth::begin(std::optional<microseconds> call_time) {
  if (is_fixed_) return;
  holds_ = 0;
  const auto time = call_time.value_or(microseconds(0));
  const auto wanted = static_cast<unsigned>(std::min<microseconds::rep>(time / k_time_for_one, k_first));
  go_to(std::bit_floor(std::max(1U, wanted)));
}

void PoolWidth::note(std::chrono::nanoseconds call_time) {
  if (is_fixed_) return;
  sum_ += call_time;
  if (++count_ == k_samples) conclude(sum_ / static_cast<double>(k_samples));
}

void PoolWidth::conclude(Nanoseconds mean) {
  sum_ = Nanoseconds(0);
  count_ = 0;
  if (mean < k_fast) return go_to(1);
  if (width_ > 1 && narrower_ && mean > *narrower_ * k_slower_at_most) {
    holds_ = k_hold;
    return go_to(width_ / 2);
  }
  if (holds_ != 0) {
    --holds_;
    return;
  }
  if (width_ == k_max) return;
  go_to(width_ * 2);
  narrower_ = mean;
}

void PoolWidth::go_to(unsigned width) {
  width_ = width;
  narrower_.reset();
  sum_ = Nanoseconds(0);
  count_ = 0;
}

}  // namespace reaper::volume
