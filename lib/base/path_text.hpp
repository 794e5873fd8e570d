#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace reaper::base {

// Paths as text, with a single `/` between two steps and none at the end. No function looks at a file.

/// A path split at its last slash.
struct SplitPath {
  std::string_view directory;  ///< empty if the path has no slash
  std::string_view name;
};

[[nodiscard]] constexpr SplitPath split_path(std::string_view path) noexcept {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

/// Removes the first step and its slash from the path, and returns the step.
[[nodiscard]] constexpr std::string_view take_first_step(std::string_view& path) noexcept {
  const std::string_view step = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(step.size() + 1, path.size()));
  return step;
}

}  // namespace reaper::base
