#include "live/drift_check.hpp"

#include <algorithm>

namespace reaper::live {

void DriftCheck::suspect(charts::DirectoryIndex directory, std::string_view name) {
  const int watch = catalog_->directory(directory).watch();
  if (watch >= 0 && !new_directories_.contains(directory) && suspects_.size() < k_max_suspects)
    suspects_.emplace(watch, name);
}

void DriftCheck::suspect_directory(charts::DirectoryIndex index) {
  const charts::Directory& directory = catalog_->directory(index);
  if (index != charts::k_root) suspect(directory.parent(), catalog_->name(directory));
}

void DriftCheck::note_new(charts::DirectoryIndex index) {
  suspect_directory(index);
  new_directories_.insert(index);
}

std::uint64_t DriftCheck::count(const std::function<bool(int, const std::string&)>& is_pending) const {
  const auto is_drift = [&](const auto& suspect) { return !is_pending(suspect.first, suspect.second); };
  return static_cast<std::uint64_t>(std::count_if(suspects_.begin(), suspects_.end(), is_drift));
}

}  // namespace reaper::live
