#include "retention/free_space.hpp"

#include <algorithm>

namespace reaper::retention {

std::uint64_t FreeSpaceGuard::reserve_bytes(const base::VolumeSpace& space) noexcept {
  return std::min(space.total_bytes / k_reserve_fraction, k_largest_reserve_bytes);
}

std::uint64_t FreeSpaceGuard::wanted_bytes(const std::optional<base::VolumeSpace>& space) noexcept {
  if (!space) return 0;
  const std::uint64_t reserve = reserve_bytes(*space);
  if (awaited_bytes_ && space->free_bytes >= std::min(*awaited_bytes_, reserve)) awaited_bytes_.reset();
  return awaited_bytes_ || space->free_bytes >= reserve ? 0 : reserve - space->free_bytes;
}

void FreeSpaceGuard::note_removal(std::uint64_t free_before, std::uint64_t freed_bytes, std::uint64_t written_bytes,
                                  std::uint64_t free_now) noexcept {
  // Half of it is a file system's own business: metadata, compression, blocks that other files share.
  const std::uint64_t expected = free_before + freed_bytes / 2;
  if (free_now + written_bytes < expected) awaited_bytes_ = expected;
}

}  // namespace reaper::retention
