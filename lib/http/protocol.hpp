#pragma once

#include "http/message.hpp"
#include "http/request_head.hpp"

#include <string_view>

namespace reaper::http {

/// The methods that exist here, as `Allow` names them.
inline constexpr std::string_view k_methods = "GET, HEAD, POST, DELETE, OPTIONS";

/// Reads the request from its head, whose end a HeadScanner has found. `peer` is left empty. Refuses a head that leaves
/// a doubt about what it means or where it ends. The connection must be closed after a refusal: what follows may be a
/// body. Pure.
///
/// Refused are (RFC 9110 and 9112): what parse_request_head() refuses, bodies in any form, doubtful framing, a Host
/// that is missing, doubled or malformed, unknown methods, malformed targets, Expect, and doubled fields that access
/// depends on. An absolute target becomes its path and query.
[[nodiscard]] OrRefusal<Request> read_request(std::string_view head_text);

}  // namespace reaper::http
