#include "volume/bucket_removal.hpp"

#include <chrono>
#include <thread>

namespace reaper::volume {
namespace {

/// The kernel reports the close of a file to the FUSE program, but does not wait for it. If our unlink overtakes the
/// report, the program renames the object to a hidden name instead of deleting it, which copies it twice. The program
/// needs some 10 us for the report.
constexpr std::chrono::milliseconds k_close_time{1};

}  // namespace

std::optional<Outcome> BucketRemoval::prepare(RemovalCandidate& candidate) {
  candidate.due = RemovalCandidate::Clock::now();
  return {};
}

Outcome BucketRemoval::finish(RemovalCandidate& candidate) {
  if (freshness_ == Freshness::on_open) {
    if (const auto ended = steps_->open(candidate)) return *ended;
    if (const auto ended = steps_->lock(candidate)) return *ended;
  }
  if (const auto ended = steps_->compare_with_plan(candidate)) return *ended;
  // gcsfuse reports a replaced object by its old state, but without links.
  if (candidate.links == 0) return Outcome::changed;
  if (candidate.file) {
    candidate.file.reset();
    std::this_thread::sleep_for(k_close_time);
  }
  const Outcome outcome = steps_->unlink_now(candidate);
  if (outcome == Outcome::removed) ++candidate.fallbacks.only_compared;
  return outcome;
}

}  // namespace reaper::volume
