#pragma once

#include "volume/system_limits.hpp"

#include <cstddef>
#include <utility>

namespace reaper::volume {

/// Keeps memory free for the kernel's caches of the files and directories that a scan visits, see base::make_headroom.
/// Does nothing if memory has no limit.
class Headroom {
 public:
  explicit Headroom(ReadSystemLimits read_limits) : read_limits_(std::move(read_limits)) {}

  /// Set to true if memory has a limit.
  void limit(bool is_limited) noexcept { is_limited_ = is_limited; }

  /// Must be called for each file or directory that the scan calls statx(2) on.
  void note_look() {
    if (is_limited_ && ++looked_at_ >= k_looks) make();
  }

 private:
  /// The kernel caches an inode, a name and a block for each file; `k_looks` files take less than `k_bytes`. Making
  /// headroom takes some tenths of a millisecond, so it is only done if memory is short.
  static constexpr std::size_t k_looks = 256;
  static constexpr std::size_t k_bytes = std::size_t{1} << 20U;

  void make();

  ReadSystemLimits read_limits_;
  bool is_limited_ = false;
  std::size_t looked_at_ = 0;  // since the last check for headroom
};

}  // namespace reaper::volume
