#include "api/served_path.hpp"

#include <algorithm>
#include <array>

namespace reaper::api {
namespace {

using http::Method;
using http::Priority;

constexpr std::array k_paths{
    ServedPath{"/", Endpoint::page, Method::get, Audience::admin_listener},
    ServedPath{"/charts/storage/stats", Endpoint::stats, Method::get, Audience::everybody},
    ServedPath{"/charts/usage", Endpoint::usage, Method::get, Audience::everybody},
    ServedPath{"/charts/ages", Endpoint::ages, Method::get, Audience::everybody, Priority::question},
    ServedPath{"/charts/sets", Endpoint::sets, Method::get, Audience::administrators, Priority::question},
    ServedPath{"/charts/explain", Endpoint::explain, Method::get, Audience::administrators, Priority::question},
    ServedPath{"/charts/sweeps", Endpoint::sweeps, Method::get, Audience::everybody},
    ServedPath{"/charts/removals", Endpoint::removals, Method::get, Audience::administrators},
    ServedPath{"/charts/cleanup", Endpoint::cleanup, Method::post, Audience::administrators},
    ServedPath{"/charts/{symbol}/{interval}", Endpoint::remove_set, Method::delete_, Audience::administrators},
    ServedPath{"/charts/all", Endpoint::remove_all, Method::delete_, Audience::administrators},
    ServedPath{"/config", Endpoint::config, Method::get, Audience::administrators},
    ServedPath{"/config/reload", Endpoint::reload, Method::post, Audience::administrators},
    ServedPath{"/healthz", Endpoint::health, Method::get, Audience::everybody, Priority::immediate},
    ServedPath{"/readyz", Endpoint::readiness, Method::get, Audience::everybody, Priority::probe},
    ServedPath{"/metrics", Endpoint::metrics, Method::get, Audience::everybody, Priority::probe},
    ServedPath{"/openapi.json", Endpoint::openapi, Method::get, Audience::everybody},
};

/// Returns the path of the endpoint. Every endpoint has one.
const ServedPath& path_of(Endpoint endpoint) {
  return *std::find_if(k_paths.begin(), k_paths.end(),
                       [&](const ServedPath& path) { return path.endpoint == endpoint; });
}

}  // namespace

std::span<const ServedPath> served_paths() { return k_paths; }

const ServedPath* find_path(const std::vector<std::string>& segments) {
  // Joining is unambiguous, because no segment contains a slash.
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

}  // namespace reaper::api
