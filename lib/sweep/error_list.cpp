#include "sweep/error_list.hpp"

#include "base/printable.hpp"

#include <fmt/format.h>

#include <map>

namespace reaper::sweep {

std::string in_words(const ReportedError& error) {
  if (error.path.empty()) return error.message;
  return fmt::format("{} '{}': {}", error.operation, error.path, error.message);
}

void ErrorList::add(const std::vector<base::Error>& errors) {
  std::map<std::string_view, std::size_t> counts;
  std::multimap<std::size_t, const base::Error*> by_rank;  // rank among the errors of the same operation
  for (const base::Error& error : errors) by_rank.emplace(counts[error.operation]++, &error);
  for (const auto& [rank, error] : by_rank) {
    if (errors_.size() == k_max_listed) return;
    errors_.push_back({error->operation, base::printable(error->path), base::printable(error->code.message())});
  }
}

void ErrorList::add_first(std::string_view operation, std::string_view path, std::string_view message) {
  if (errors_.size() == k_max_listed) errors_.pop_back();
  errors_.insert(errors_.begin(), {std::string(operation), base::printable(path), std::string(message)});
}

}  // namespace reaper::sweep
