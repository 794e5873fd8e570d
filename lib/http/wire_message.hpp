#pragma once

#include "http/message.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace reaper::http {

/// An answer in the form that Beast writes.
using WireMessage = boost::beast::http::response<boost::beast::http::string_body>;

/// Returns the response with the fields of every answer: Server, Date, Cache-Control, X-Content-Type-Options,
/// Connection and Content-Length.
[[nodiscard]] WireMessage to_wire_message(Response response, bool keep_alive);

}  // namespace reaper::http
