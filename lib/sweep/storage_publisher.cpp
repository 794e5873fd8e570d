#include "sweep/storage_publisher.hpp"

#include "sweep/storage.hpp"

#include <utility>

namespace reaper::sweep {
namespace {

constexpr std::chrono::milliseconds k_publish_every{100};

}  // namespace

StoragePublisher::StoragePublisher(const PassContext& context, const retention::Limits& limits, const Claims& claims)
    : in_(context), limits_(limits), claims_(claims) {}

void StoragePublisher::publish_now_and_then() {
  if (!in_.on_storage || std::chrono::steady_clock::now() - published_ < k_publish_every) return;
  auto storage = storage_of({in_.root, in_.live, in_.free_space, in_.clock}, limits_, in_.clock.now());
  storage->complete = complete_;
  for (const retention::Removal& removal : claims_.charts()) {
    storage->files += 1;
    storage->bytes += removal.chart.counted_bytes;
    storage->allocated_bytes += removal.chart.allocated_bytes;
  }
  in_.on_storage(std::move(storage));
  published_ = std::chrono::steady_clock::now();
}

}  // namespace reaper::sweep
