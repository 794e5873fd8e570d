#pragma once

#include "base/error.hpp"
#include "base/listen_address.hpp"
#include "http/method.hpp"

#include <chrono>
#include <string>

namespace reaper::http {

/// A request that a command sends to a running daemon. It has no body.
struct ClientRequest {
  Method method = Method::get;
  std::string target;
  std::string token = {};  ///< the bearer token; empty to send none
};

/// The answer of a server.
struct ClientAnswer {
  unsigned status = 0;
  std::string body;
};

/// Sends one request over a new connection and returns the answer. Returns an error if there is none within `deadline`.
[[nodiscard]] base::Result<ClientAnswer> ask(const base::ListenAddress& address, const ClientRequest& request,
                                             std::chrono::milliseconds deadline);

}  // namespace reaper::http
