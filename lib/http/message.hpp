#pragma once

#include "http/method.hpp"

#include <boost/json/fwd.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace reaper::http {

/// A request that has passed the protocol checks. It has no body: no route takes one.
struct Request {
  Method method = Method::get;
  std::string target;            ///< path and query in origin-form, still percent-encoded; or `*`
  std::string sent_target = {};  ///< as it was sent, perhaps in absolute-form; for the log
  std::string peer = {};         ///< the sender, for the log: `127.0.0.1:51234` or `unix:uid=1000`
  bool keep_alive = false;       ///< the client wants to keep the connection open after this request (RFC 9112, 9.3)

  // The values of these fields; empty if absent. All but `accept` are for refuse_access().
  std::string accept = {};
  std::string host = {};
  std::string origin = {};
  std::string fetch_site = {};
  std::string authorization = {};
};

/// An answer. The session adds Content-Length, Date and Connection, and omits the body for HEAD.
struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  /// Appends the next piece of a long body; returns false after the last one. Empty if `body` is complete. The session
  /// answers other requests between two calls, so the function must not refer to data that may change.
  std::function<bool(std::string& body)> more = {};
};

/// Returns an `application/problem+json` answer (RFC 9457) with `type`, `title`, `status` and `detail`.
[[nodiscard]] Response problem(unsigned status, std::string detail);

/// The same with more members behind these (RFC 9457, 3.2).
[[nodiscard]] Response problem(unsigned status, std::string detail, const boost::json::object& more);

}  // namespace reaper::http
