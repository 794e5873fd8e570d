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
  std::string set;   ///< the directory name, with Endpoint::remove_set
  Query query = {};  ///< for endpoints that read

  friend bool operator==(const Operation&, const Operation&) = default;
};

/// The target of a request. Priority and label belong to the path, even if the answer is a refusal.
struct Route {
  /// The name in the metrics: the pattern of the path, or `other` if it is not served. So there are few labels.
  std::string_view label = "other";
  http::Priority priority = http::Priority::ordinary;
  Audience audience = Audience::everybody;  ///< of the operation; final answers are for everybody

  /// The operation, or the final answer: a refusal (400, 404, 405), or the 204 with `Allow` for OPTIONS.
  std::variant<Operation, http::Response> outcome = {};
};

/// Parses method and target. Pure.
///
/// The path is split before it is percent-decoded (RFC 3986 section 2.4), so an encoded slash never separates segments.
/// It is never normalized: `.` and `..` are refused. Equivalent spellings (`/charts/%61ll`) are the same route (section
/// 6.2.2.2). Routes that change something refuse unknown parameters. Other routes ignore them, because clients add some
/// to bypass caches.
[[nodiscard]] Route parse_route(http::Method method, std::string_view target);

}  // namespace reaper::api
