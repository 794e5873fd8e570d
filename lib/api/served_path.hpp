#pragma once

#include "http/method.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::api {

/// What can be asked for.
enum class Endpoint : std::uint8_t {
  page,
  openapi,
  stats,
  usage,
  ages,
  sets,
  explain,
  sweeps,
  removals,
  config,
  cleanup,
  remove_set,
  remove_all,
  reload,
  health,
  readiness,
  metrics,
};

/// Who may ask.
enum class Audience : std::uint8_t {
  everybody,
  admin_listener,  ///< everybody who reaches the admin listener
  administrators,  ///< there, who may also remove: the answer names charts or settings
};

/// A path that always means the same, and what may be done with it.
struct ServedPath {
  std::string_view path;  ///< in the words of the documentation, e.g. `/charts/{symbol}/{interval}`
  Endpoint endpoint;
  http::Method method;  ///< with GET, HEAD is meant as well
  Audience audience;

  /// /healthz waits for nothing, and /readyz and /metrics must get through when everything else waits for a volume that
  /// hangs. Questions about charts leave room for what removes.
  http::Priority priority = http::Priority::ordinary;
};

/// Every path, in the order of the documentation.
[[nodiscard]] std::span<const ServedPath> served_paths();

/// The path that these decoded segments spell; null if it is not served. A fixed path is never read as a chart set.
[[nodiscard]] const ServedPath* find_path(const std::vector<std::string>& segments);

/// The value of `Allow` for this path.
[[nodiscard]] std::string_view allowed_methods(const ServedPath& path);

}  // namespace reaper::api
