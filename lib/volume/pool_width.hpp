#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace reaper::volume {

/// Chooses the number of calls that are in flight at once, from the measured time of a call.
///
/// Where calls take microseconds, one thread is fastest: handing a call to another thread takes longer than the call.
/// If calls are slow, the width doubles again and again. If a larger width makes each call much slower, the volume does
/// not carry out more calls at once, so the width is halved.
class PoolWidth {
 public:
  static constexpr unsigned k_max = 32;

  /// Without `fixed`, which is clamped to 1..k_max, the width adapts.
  explicit PoolWidth(std::optional<unsigned> fixed = {});

  [[nodiscard]] unsigned get() const noexcept { return width_; }

  /// Starts over for another volume. `call_time` is the measured time of a call there; empty if it is unknown.
  void begin(std::optional<std::chrono::microseconds> call_time);

  /// Takes the mean time of some calls that were made while this width was in use.
  void note(std::chrono::nanoseconds call_time);

 private:
  using Nanoseconds = std::chrono::duration<double, std::nano>;

  void conclude(Nanoseconds mean);
  void go_to(unsigned width);

  bool is_fixed_;
  unsigned width_;
  std::optional<Nanoseconds> narrower_;  // the mean time at half the width
  Nanoseconds sum_{0};
  std::size_t count_ = 0;
  unsigned holds_ = 0;  // the number of means before the width may grow again
};

}  // namespace reaper::volume
