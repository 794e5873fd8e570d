#include "descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace reaper::daemon {

void raise_descriptor_limit() {
  /// Enough for both listeners with all their clients and a wide removal window. The usual soft limit of 1,024 only
  /// exists for programs that use select(2).
  constexpr rlim_t k_enough = 4096;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= k_enough) return;
  limit.rlim_cur = std::min(limit.rlim_max, k_enough);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace reaper::daemon
