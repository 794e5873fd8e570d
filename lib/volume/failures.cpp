#include "volume/failures.hpp"

#include "charts/chart.hpp"

#include <utility>

namespace reaper::volume {

void Failures::add(base::Error error, std::string_view directory) {
  ++total_;
  ++by_operation_[error.operation];
  keep(std::move(error), directory);
}

void Failures::add_all(const Failures& in_directory, std::string_view directory) {
  total_ += in_directory.total_;
  for (const auto& [operation, count] : in_directory.by_operation_) by_operation_[operation] += count;
  for (const base::Error& error : in_directory.kept_)
    keep(error.with_path(error.path.empty() ? std::string(directory) : charts::join_path(directory, error.path)),
         directory);
}

void Failures::keep(base::Error error, std::string_view directory) {
  // The set stays small: once `k_max_kept` failures keep their text, further ones are only counted.
  if (kept_.size() >= k_max_kept) return;
  if (!seen_.emplace(error.operation, std::string(directory)).second) return;
  kept_.push_back(std::move(error));
}

}  // namespace reaper::volume
