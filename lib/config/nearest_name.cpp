#include "config/nearest_name.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace reaper::config {
namespace {

char folded(char c) {
  if (c == '-') return '_';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Returns the number of characters to delete and insert to turn one name into the other. Unlike Levenshtein's distance
/// it has no replacement. So a forgotten word (`CHART_MAX_AGE`) is nearer than another name of the same length.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> previous(right.size() + 1);
  std::vector<std::size_t> current(right.size() + 1);
  for (const char c : left) {
    for (std::size_t i = 0; i < right.size(); ++i) {
      const bool same = folded(c) == folded(right[i]);
      current[i + 1] = same ? previous[i] + 1 : std::max(previous[i + 1], current[i]);
    }
    std::swap(previous, current);
  }
  const std::size_t in_common = previous.back();
  return left.size() + right.size() - 2 * in_common;
}

bool abbreviates(std::string_view shorter, std::string_view name) {
  return shorter.size() <= name.size() &&
         std::equal(shorter.begin(), shorter.end(), name.begin(),
                    [](char left, char right) { return folded(left) == folded(right); });
}

}  // namespace

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known) {
  const auto remoteness = [name](std::string_view other) {
    return std::pair(!abbreviates(name, other), distance(name, other));
  };
  return *std::min_element(known.begin(), known.end(), [&](std::string_view left, std::string_view right) {
    return remoteness(left) < remoteness(right);
  });
}

}  // namespace reaper::config
