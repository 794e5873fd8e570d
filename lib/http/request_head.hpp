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

/// The versions this server speaks.
enum class Version { http_1_0, http_1_1 };

/// A request head, taken apart but not yet judged. It refers to the text it was read from.
struct RequestHead {
  Method method = Method::other;
  std::string_view target;
  Version version = Version::http_1_1;
  std::vector<std::pair<std::string_view, std::string_view>> fields;  ///< names and trimmed values, in order

  /// How many fields have this name, in any case.
  [[nodiscard]] std::size_t count(std::string_view name) const;

  /// The value of the first field of this name; empty if there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const;
};

/// Takes a head apart, whose end a HeadScanner has found, by the grammar of RFC 9112, 3 and 5 and nothing beyond it:
/// one space between the parts of the request line, no space before a colon, no folded lines. Refuses with 400, or
/// with 505 for other versions. There is no second, more lenient reader that could see the bytes differently.
[[nodiscard]] OrRefusal<RequestHead> parse_request_head(std::string_view text);

/// Returns true for a head, or the start of one, whose method is HEAD: its answer has no body, also if it is a refusal.
/// The empty line that may stand in front (RFC 9112, 2.2) does not matter.
[[nodiscard]] bool asks_for_head_only(std::string_view text);

}  // namespace reaper::http
