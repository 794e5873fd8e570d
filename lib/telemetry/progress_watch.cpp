#include "telemetry/progress_watch.hpp"

namespace reaper::telemetry {

bool ProgressWatch::is_alive(bool busy, std::uint64_t steps, Time now) {
  if (!busy || !was_busy_ || steps != steps_) {
    steps_ = steps;
    since_ = now;
  }
  was_busy_ = busy;
  return !busy || now - since_ <= patience_;
}

}  // namespace reaper::telemetry
