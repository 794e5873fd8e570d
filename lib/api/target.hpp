#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace reaper::api {

/// The target of a request, taken apart and decoded.
struct Target {
  std::vector<std::string> segments;  ///< of the path; the last one is empty if the path ends with a slash
  std::vector<std::pair<std::string, std::string>> parameters;  ///< of the query, in order; a `+` is a blank
};

/// What is wrong with a target, in words for its sender.
struct BadTarget {
  std::string reason;
};

/// Takes an origin-form target (RFC 9112 section 3.2.1) apart: path and query first, then segments and parameters, and
/// percent-decoding last. Refuses what could name something else than it seems to: a segment before the last that is
/// empty, and one that decodes to `.` or `..`, holds NUL or `/`, or is not UTF-8.
[[nodiscard]] std::variant<Target, BadTarget> parse_target(std::string_view target);

}  // namespace reaper::api
