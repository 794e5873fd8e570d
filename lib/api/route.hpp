#pragma once

#include "api/query.hpp"
#include "api/served_path.hpp"
#include "http/message.hpp"
#include "http/method.hpp"
#include "http/router.hpp"
#include "sweep/report.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace reaper::api {

/// The operation that a request asks for.
struct Operation {
  Endpoint endpoint = Endpoint::stats;
  sweep::DryRun dry_run = sweep::DryRun::no;
  std::string set;   ///< the name of the directory, with Endpoint::remove_set
  Query query = {};  ///< of the endpoints that read

  friend bool operator==(const Operation&, const Operation&) = default;
};

/// Where a request leads. Its priority and its label are those of its path, also if the answer is a refusal.
struct Route {
  /// Its name in the metrics: the pattern of the path, or `other` if it is not served. So the labels are few.
  std::string_view label = "other";
  http::Priority priority = http::Priority::ordinary;
  Audience audience = Audience::everybody;  ///< of the operation; an answer that ends the matter is for everybody

  /// The operation, or the final answer: a refusal (400, 404, 405), or the 204 with `Allow` that
  /// OPTIONS gets.
  std::variant<Operation, http::Response> outcome = {};
};

/// Understands method and target. Pure.
///
/// The path is split before it is percent-decoded (RFC 3986 section 2.4), so that an encoded slash never makes a
/// segment. It is never normalized: `.` and `..` are refused. Equivalent spellings (`/charts/%61ll`) are the same route
/// (section 6.2.2.2). On the routes that change something an unknown parameter is refused; elsewhere it is ignored,
/// because clients add them against caches.
[[nodiscard]] Route parse_route(http::Method method, std::string_view target);

}  // namespace reaper::api
