#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace reaper::api {

/// The parsed and decoded target of a request.
struct Target {
  std::vector<std::string> segments;  ///< of the path; the last one is empty if the path ends with a slash
  std::vector<std::pair<std::string, std::string>> parameters;  ///< of the query, in order; `+` is decoded to a space
};

/// The reason why a target is refused, for its sender.
struct BadTarget {
  std::string reason;
};

/// Parses an origin-form target (RFC 9112 section 3.2.1): first path and query, then segments and parameters, and
/// percent-decoding last. Refuses ambiguous paths: an empty segment before the last, and a segment that decodes to `.`
/// or `..`, contains NUL or `/`, or is not UTF-8.
[[nodiscard]] std::variant<Target, BadTarget> parse_target(std::string_view target);

}  // namespace reaper::api
