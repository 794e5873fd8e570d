#include "api/served_path.hpp"

#include "api/target.hpp"

#include <algorithm>
#include <array>
#include <variant>

namespace reaper::api {
namespace {

using http::Method;

constexpr std::array k_paths{
    ServedPath{"/", Endpoint::page, Method::get, Audience::admin_listener},
    ServedPath{"/charts/storage/stats", Endpoint::stats, Method::get, Audience::everybody},
    ServedPath{"/charts/usage", Endpoint::usage, Method::get, Audience::everybody},
    ServedPath{"/charts/ages", Endpoint::ages, Method::get, Audience::everybody},
    ServedPath{"/charts/sets", Endpoint::sets, Method::get, Audience::administrators},
    ServedPath{"/charts/explain", Endpoint::explain, Method::get, Audience::administrators},
    ServedPath{"/charts/sweeps", Endpoint::sweeps, Method::get, Audience::everybody},
    ServedPath{"/charts/removals", Endpoint::removals, Method::get, Audience::administrators},
    ServedPath{"/charts/cleanup", Endpoint::cleanup, Method::post, Audience::administrators},
    ServedPath{"/charts/{symbol}/{interval}", Endpoint::remove_set, Method::delete_, Audience::administrators},
    ServedPath{"/charts/all", Endpoint::remove_all, Method::delete_, Audience::administrators},
    ServedPath{"/config", Endpoint::config, Method::get, Audience::administrators},
    ServedPath{"/healthz", Endpoint::health, Method::get, Audience::everybody},
    ServedPath{"/readyz", Endpoint::readiness, Method::get, Audience::everybody},
    ServedPath{"/metrics", Endpoint::metrics, Method::get, Audience::everybody},
    ServedPath{"/openapi.json", Endpoint::openapi, Method::get, Audience::everybody},
};

/// Every endpoint has a path.
const ServedPath& path_of(Endpoint endpoint) {
  return *std::find_if(k_paths.begin(), k_paths.end(),
                       [&](const ServedPath& path) { return path.endpoint == endpoint; });
}

/// The path that a target as sent means; null if it is not served.
const ServedPath* path_for(std::string_view target) {
  const auto parsed = parse_target(target);
  const Target* const understood = std::get_if<Target>(&parsed);
  return understood == nullptr ? nullptr : find_path(understood->segments);
}

}  // namespace

std::span<const ServedPath> served_paths() { return k_paths; }

const ServedPath* find_path(const std::vector<std::string>& segments) {
  // Unambiguous, because no segment holds a slash.
  std::string joined;
  for (const std::string& segment : segments) joined.append("/").append(segment);
  const auto found =
      std::find_if(k_paths.begin(), k_paths.end(), [&](const ServedPath& served) { return served.path == joined; });
  if (found != k_paths.end()) return &*found;
  const bool names_set = segments.size() == 3 && segments[0] == "charts" && !segments[2].empty();
  return names_set ? &path_of(Endpoint::remove_set) : nullptr;
}

std::string_view allowed_methods(const ServedPath& path) {
  if (path.method == Method::get) return "GET, HEAD, OPTIONS";
  return path.method == Method::post ? "OPTIONS, POST" : "DELETE, OPTIONS";
}

Audience audience_of(Endpoint endpoint) { return path_of(endpoint).audience; }

http::Priority priority_of(std::string_view target) {
  const ServedPath* const path = path_for(target);
  if (path == nullptr) return http::Priority::ordinary;
  switch (path->endpoint) {
    case Endpoint::health: return http::Priority::immediate;
    case Endpoint::readiness:
    case Endpoint::metrics: return http::Priority::probe;
    case Endpoint::ages:
    case Endpoint::sets:
    case Endpoint::explain: return http::Priority::question;
    default: return http::Priority::ordinary;
  }
}

std::string_view path_label(std::string_view target) {
  const ServedPath* const path = path_for(target);
  return path == nullptr ? "other" : path->path;
}

}  // namespace reaper::api
