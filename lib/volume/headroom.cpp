#include "volume/headroom.hpp"

#include "base/memory_headroom.hpp"

namespace reaper::volume {

void Headroom::make() {
  looked_at_ = 0;
  if (read_limits_().free_memory_bytes.value_or(0) < k_bytes) base::make_headroom(k_bytes);
}

}  // namespace reaper::volume
