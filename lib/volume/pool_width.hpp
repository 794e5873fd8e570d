#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace reaper::volume {

/// Chooses the number of calls that are in flight at once, from the measured time of a call.
///
/// Where calls take microseconds, one thread is fastest: handing a call to another thread takes longer than the call.
/// Where they are slow, the width doubles step by step as long as the calls do not become much slower by it. If they
/// do, the volume carries them out one after another, so the width goes back.
class PoolWidth {
 public:
  static constexpr unsigned k_max = 32;

  /// Without `fixed`, which is clamped to 1..k_max, the width adapts.
  explicit PoolWidth(std::optional<unsigned> fixed = {});

  [[nodiscard]] unsigned get() const noexcept { return width_; }

  /// Begins again for a volume with this time of a call; nothing if it is unknown.
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
  unsigned holds_ = 0;  // do not widen for so many further means
};

}  // namespace reaper::volume
