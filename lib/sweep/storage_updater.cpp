#include "sweep/storage_updater.hpp"

#include <algorithm>
#include <utility>

namespace reaper::sweep {
namespace {

namespace asio = boost::asio;

/// The pause between storage jobs without watches, as a multiple of their run time. These jobs and the scans between
/// them then take less than a hundredth of the worker's time.
constexpr int k_pause_to_look = 199;

}  // namespace

asio::awaitable<std::shared_ptr<const Storage>> StorageUpdater::storage() {
  // The first sweep publishes its figures when its scan ends, long before it ends itself.
  if (const JobPtr running = jobs_->running(); running && !model_->storage())
    co_await model_->changed().wait_until(running->started + k_patience);
  const bool nothing_yet = jobs_->running() && !model_->storage();
  if (!nothing_yet && !is_fresh())
    if (const JobPtr job = look()) static_cast<void>(co_await jobs_->wait_for(job));  // else use the last
  co_return model_->storage();
}

JobPtr StorageUpdater::look() {
  const JobPtr& running = jobs_->running();
  if (running && running->is<StorageJob>()) return running;
  if (jobs_->is_stopping() || (running && model_->storage())) return nullptr;
  return jobs_->order_storage();
}

StorageUpdater::Clock::duration StorageUpdater::between_looks() const {
  const auto interval = std::max<Clock::duration>(settings_->interval, k_fresh);
  return std::clamp<Clock::duration>(look_took_ * k_pause_to_look, k_fresh, interval);
}

void StorageUpdater::apply(std::shared_ptr<const ServiceSettings> settings) {
  settings_ = std::move(settings);
  model_->expire_storage();
}

bool StorageUpdater::is_fresh() const {
  // With watches an update costs nothing if nothing has changed.
  return model_->has_storage_within(between_looks()) && !model_->storage()->watched;
}

}  // namespace reaper::sweep
