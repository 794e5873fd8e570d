#pragma once

#include <bit>
#include <cstddef>
#include <vector>

namespace reaper::charts {

/// Records by position, in blocks, so that none is copied when there are more of them, and none is ever taken away.
/// Every look at a chart goes through here: a shift and a mask, where boost::container::deque divides.
template <class T>
class Records {
 public:
  [[nodiscard]] T& operator[](std::size_t position) noexcept {
    return blocks_[position / k_in_block][position % k_in_block];
  }
  [[nodiscard]] const T& operator[](std::size_t position) const noexcept {
    return blocks_[position / k_in_block][position % k_in_block];
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Returns the record where it stays.
  T& push_back(const T& record) {
    if (size_ % k_in_block == 0) blocks_.emplace_back().reserve(k_in_block);
    ++size_;
    return blocks_.back().emplace_back(record);
  }

 private:
  static constexpr std::size_t k_block_bytes = 16 * 1024;
  static constexpr std::size_t k_in_block = std::bit_floor(k_block_bytes / sizeof(T));

  std::vector<std::vector<T>> blocks_;  // all but the last are full
  std::size_t size_ = 0;
};

}  // namespace reaper::charts
