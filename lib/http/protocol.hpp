#pragma once

#include "http/request_head.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace reaper::http {

/// The methods that exist here, as `Allow` names them.
inline constexpr std::string_view k_methods = "GET, HEAD, POST, DELETE, OPTIONS";

/// The answer that refuses a request whose head leaves a doubt about what it means or where it ends; nothing if it may
/// be served. The connection must be closed after a refusal: what follows may be a body. Pure.
///
/// Refused are (RFC 9110 and 9112): bodies in any form, doubtful framing, a Host that is missing, doubled or malformed,
/// unknown methods, malformed targets, Expect, and doubled fields that access depends on.
[[nodiscard]] std::optional<Response> refuse_protocol(const RequestHead& head);

/// The target of a request that was not refused, in origin-form: `http://host/path` becomes `/path`. `*` stays.
[[nodiscard]] std::string origin_form(std::string_view target);

/// Whether the client wants the connection to stay open after this request (RFC 9112, 9.3).
[[nodiscard]] bool wants_keep_alive(const RequestHead& head);

}  // namespace reaper::http
