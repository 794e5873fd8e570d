#pragma once

#include "http/method.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace reaper::http {

/// A request that has passed the protocol checks. It has no body: no route takes one.
struct Request {
  Method method = Method::get;
  std::string target;            ///< origin-form: path and query, still percent-encoded; or `*`
  std::string sent_target = {};  ///< as it was sent, which may be in absolute form; for the log
  std::string peer = {};         ///< who asks, for the log: `127.0.0.1:51234` or `unix:uid=1000`
  bool keep_alive = false;       ///< the client wants the connection to stay open after this request (RFC 9112, 9.3)

  // The values of these fields; empty if absent. All but the first are for refuse_access().
  std::string accept = {};
  std::string host = {};
  std::string origin = {};
  std::string fetch_site = {};
  std::string authorization = {};
};

/// An answer. The session adds Content-Length, Date and Connection, and leaves the body out for HEAD.
struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  /// Appends the next piece of a long body; returns false once there is no more. Empty if `body` is whole. The session
  /// calls it again and again, and answers others in between; so it refers to nothing that may change meanwhile.
  std::function<bool(std::string& body)> more = {};
};

/// An `application/problem+json` answer (RFC 9457) with `type`, `title`, `status` and `detail`.
[[nodiscard]] Response problem(unsigned status, std::string detail);

}  // namespace reaper::http
