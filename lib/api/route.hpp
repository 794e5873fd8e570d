#pragma once

#include "api/query.hpp"
#include "api/served_path.hpp"
#include "http/message.hpp"
#include "sweep/report.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace reaper::api {

/// One understood request.
struct Route {
  Endpoint endpoint = Endpoint::stats;
  sweep::DryRun dry_run = sweep::DryRun::no;
  std::string set;   ///< the name of the directory, with Endpoint::remove_set
  Query query = {};  ///< of the endpoints that read

  friend bool operator==(const Route&, const Route&) = default;
};

/// Understands method and target, or gives the answer that ends the matter: a refusal (400, 404, 405), or the 204 with
/// `Allow` that OPTIONS gets. Pure.
///
/// The path is split before it is percent-decoded (RFC 3986 section 2.4), so that an encoded slash never makes a
/// segment. It is never normalized: `.` and `..` are refused. Equivalent spellings (`/charts/%61ll`) are the same route
/// (section 6.2.2.2). On the routes that change something an unknown parameter is refused; elsewhere it is ignored,
/// because clients add them against caches.
[[nodiscard]] std::variant<Route, http::Response> parse_route(http::Method method, std::string_view target);

}  // namespace reaper::api
