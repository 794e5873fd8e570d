#include "latency.hpp"

#include <algorithm>
#include <bit>

namespace stress {
namespace {

constexpr unsigned k_mantissa_bits = 5;  // the leading one and four more: sixteen buckets for each power of two

}  // namespace

void Latency::add(std::chrono::nanoseconds time) {
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0));
  const auto width = static_cast<unsigned>(std::bit_width(ns));
  const unsigned shift = width > k_mantissa_bits ? width - k_mantissa_bits : 0;
  ++buckets_[k_per_power * shift + static_cast<std::size_t>(ns >> shift)];
  ++count_;
  max_ns_ = std::max(max_ns_, ns);
}

void Latency::merge(const Latency& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ns_ = std::max(max_ns_, other.max_ns_);
}

double Latency::percentile_us(double share) const {
  const double wanted = share * static_cast<double>(count_);
  double passed = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    passed += static_cast<double>(buckets_[i]);
    if (buckets_[i] == 0 || passed < wanted) continue;
    const std::size_t shift = i < 2 * k_per_power ? 0 : i / k_per_power - 1;
    const std::uint64_t last_ns = ((i - k_per_power * shift + 1) << shift) - 1;
    return static_cast<double>(std::min(last_ns, max_ns_)) / 1000;
  }
  return 0;
}

}  // namespace stress
