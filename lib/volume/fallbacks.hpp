#pragma once

#include <cstdint>

namespace reaper::volume {

/// Counts the charts that were removed with less protection than usual. The sweep logs the counts once.
struct Fallbacks {
  std::uint64_t without_lease = 0;      ///< no lease (other owner, FUSE or network volume): a longer grace time instead
  std::uint64_t without_noreplace = 0;  ///< put back after a check, without RENAME_NOREPLACE and hard links
  std::uint64_t only_compared = 0;      ///< on a bucket: compared and unlinked, without quarantine and grace time
  std::uint64_t direct = 0;             ///< the rename failed (full volume, name too long): unlinked under its own name

  void add(const Fallbacks& more) {
    without_lease += more.without_lease;
    without_noreplace += more.without_noreplace;
    only_compared += more.only_compared;
    direct += more.direct;
  }
};

}  // namespace reaper::volume
