#pragma once

#include "http/message.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::http {

/// A value, or the answer that refuses the request.
template <class T>
using OrRefusal = boost::system::result<T, Response>;

/// The HTTP versions that this server supports.
enum class Version { http_1_0, http_1_1 };

/// A request head in its parts, not yet checked. It refers to the text it was parsed from.
struct RequestHead {
  Method method = Method::other;
  std::string_view target;
  Version version = Version::http_1_1;
  std::vector<std::pair<std::string_view, std::string_view>> fields;  ///< names and trimmed values, in order

  /// Returns the number of fields with this name, ignoring case.
  [[nodiscard]] std::size_t count(std::string_view name) const;

  /// Returns the value of the first field with this name; empty if there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const;
};

/// Parses a head that a HeadScanner has delimited, strictly by RFC 9112, 3 and 5. It accepts one space between the
/// parts of the request line, no space before a colon, and no folded lines. Refuses with 400, or with 505 for other
/// versions. No second, more lenient parser exists that could read the bytes differently.
[[nodiscard]] OrRefusal<RequestHead> parse_request_head(std::string_view text);

/// Returns true if the text is a head, or the start of one, with the method HEAD. Its answer has no body, even a
/// refusal. An empty line in front (RFC 9112, 2.2) is ignored.
[[nodiscard]] bool asks_for_head_only(std::string_view text);

}  // namespace reaper::http
