#pragma once

#include <bit>
#include <cstddef>
#include <vector>

namespace reaper::charts {

/// Records by position, stored in blocks, so that growing copies none. Records are never erased. Every access to a
/// chart uses this class: a shift and a mask, where boost::container::deque divides.
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

  /// Adds a record and returns it. It never moves.
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
