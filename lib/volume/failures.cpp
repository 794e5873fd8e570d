#include "volume/failures.hpp"

namespace reaper::volume {

void Failures::add(base::Error error, std::string_view directory) {
  ++total_;
  ++by_operation_[error.operation];
  // The set stays small: once `k_max_kept` failures keep their text, further ones are only counted.
  if (kept_.size() >= k_max_kept) return;
  if (!seen_.emplace(error.operation, std::string(directory)).second) return;
  kept_.push_back(std::move(error));
}

}  // namespace reaper::volume
