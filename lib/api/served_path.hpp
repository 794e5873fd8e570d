#pragma once

#include "http/method.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::api {

/// The operations of the API.
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

/// Access control: the clients that may use a path.
enum class Audience : std::uint8_t {
  everybody,
  admin_listener,  ///< everybody who reaches the admin listener
  administrators,  ///< clients that may also remove: the answer names charts or settings
};

/// A fixed path, its operation and its access.
struct ServedPath {
  std::string_view path;  ///< as in the documentation, e.g. `/charts/{symbol}/{interval}`
  Endpoint endpoint;
  http::Method method;  ///< GET includes HEAD
  Audience audience;

  /// /healthz waits for nothing. /readyz and /metrics must get through while other requests wait for a volume that
  /// hangs. Questions about charts leave room for removals.
  http::Priority priority = http::Priority::ordinary;
};

/// Returns every path, in the order of the documentation.
[[nodiscard]] std::span<const ServedPath> served_paths();

/// Returns the path of these decoded segments; null if it is not served. A fixed path is never taken for a chart set.
[[nodiscard]] const ServedPath* find_path(const std::vector<std::string>& segments);

/// Returns the value of `Allow` for this path.
[[nodiscard]] std::string_view allowed_methods(const ServedPath& path);

}  // namespace reaper::api
