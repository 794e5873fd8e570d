#pragma once

#include "http/message.hpp"
#include "http/request_head.hpp"

#include <string_view>

namespace reaper::http {

/// The supported methods, for `Allow`.
inline constexpr std::string_view k_methods = "GET, HEAD, POST, DELETE, OPTIONS";

/// Parses and checks a request head that a HeadScanner has delimited. Leaves `peer` empty. Refuses every head whose
/// meaning or end is in doubt. After a refusal the connection must be closed, because a body may follow. Pure.
///
/// It refuses (RFC 9110 and 9112): whatever parse_request_head() refuses; any body; doubtful framing; a missing,
/// repeated or malformed Host; unknown methods; malformed targets; Expect; repeated fields that decide about access. It
/// turns an absolute target into its path and query.
[[nodiscard]] OrRefusal<Request> read_request(std::string_view head_text);

}  // namespace reaper::http
