#include "sweep/error_list.hpp"

#include "base/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace reaper::sweep {

std::string in_words(const ReportedError& error) {
  if (error.path.empty()) return error.message;
  return fmt::format("{} '{}': {}", error.operation, error.path, error.message);
}

void ErrorList::add(const std::vector<base::Error>& errors) {
  std::vector<const base::Error*> ordered;
  std::map<const base::Error*, std::size_t> rank;  // among the errors of the same operation
  std::map<std::string_view, std::size_t> counts;
  for (const base::Error& error : errors) {
    ordered.push_back(&error);
    rank[&error] = counts[error.operation]++;
  }
  std::ranges::stable_sort(ordered, {}, [&](const base::Error* error) { return rank[error]; });
  for (const base::Error* error : ordered) {
    if (errors_.size() == k_max_listed) return;
    errors_.push_back({error->operation, base::printable(error->path), base::printable(error->code.message())});
  }
}

void ErrorList::add_first(std::string_view operation, std::string_view path, std::string_view message) {
  if (errors_.size() == k_max_listed) errors_.pop_back();
  errors_.insert(errors_.begin(), {std::string(operation), base::printable(path), std::string(message)});
}

}  // namespace reaper::sweep
