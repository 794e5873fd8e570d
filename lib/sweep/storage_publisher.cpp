#include "sweep/storage_publisher.hpp"

#include "sweep/storage.hpp"

#include <utility>

namespace reaper::sweep {
namespace {

constexpr std::chrono::milliseconds k_publish_every{100};

}  // namespace

StoragePublisher::StoragePublisher(const Parts& parts) : in_(parts), is_complete_(parts.context.live.is_current()) {}

void StoragePublisher::note_scan_end(bool all_are_known) {
  const bool was_complete = std::exchange(is_complete_, all_are_known);
  if (is_complete_ && !was_complete) publish();
}

void StoragePublisher::publish_now_and_then() {
  if (is_complete_ && std::chrono::steady_clock::now() - published_ >= k_publish_every) publish();
}

void StoragePublisher::publish() {
  const PassContext& context = in_.context;
  if (!context.on_storage) return;
  auto storage =
      storage_of({context.root, context.live, context.free_space, context.clock}, in_.limits, context.clock.now());
  // The catalog does not hold the claimed charts, except in a dry run.
  if (in_.dry_run == DryRun::no) {
    for (const retention::Removal& removal : in_.claims.charts()) {
      storage->files += 1;
      storage->bytes += removal.chart.counted_bytes;
      storage->allocated_bytes += removal.chart.allocated_bytes;
    }
  }
  context.on_storage(std::move(storage));
  published_ = std::chrono::steady_clock::now();
}

}  // namespace reaper::sweep
