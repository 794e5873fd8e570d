#include "sweep/set_page.hpp"

#include <algorithm>

namespace reaper::sweep {

void ChartGroup::add(base::FileTime modified, std::uint64_t size_bytes) {
  files += 1;
  bytes += size_bytes;
  oldest = std::min(oldest, modified);
  newest = std::max(newest, modified);
}

void ChartGroup::add(const ChartGroup& other) {
  files += other.files;
  bytes += other.bytes;
  oldest = std::min(oldest, other.oldest);
  newest = std::max(newest, other.newest);
}

}  // namespace reaper::sweep
