#pragma once

#include "volume/system_limits.hpp"

#include <cstddef>
#include <utility>

namespace reaper::volume {

/// Keeps memory free for what the kernel caches of each file and directory that a scan looks at, see
/// base::make_headroom. Does nothing while memory has no limit.
class Headroom {
 public:
  explicit Headroom(ReadSystemLimits read_limits) : read_limits_(std::move(read_limits)) {}

  /// True if memory has a limit.
  void limit(bool is_limited) noexcept { is_limited_ = is_limited; }

  /// For each file or directory that is looked at.
  void note_look() {
    if (is_limited_ && ++looked_at_ >= k_looks) make();
  }

 private:
  /// The kernel's inode, name and block of as many files take less than this. To make room takes some tenths of a
  /// millisecond, so it is done only where there is none.
  static constexpr std::size_t k_looks = 256;
  static constexpr std::size_t k_bytes = std::size_t{1} << 20U;

  void make();

  ReadSystemLimits read_limits_;
  bool is_limited_ = false;
  std::size_t looked_at_ = 0;  // since there was headroom
};

}  // namespace reaper::volume
