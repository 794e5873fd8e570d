#pragma once

#include "base/error.hpp"
#include "base/listen_address.hpp"
#include "http/method.hpp"

#include <chrono>
#include <string>

namespace reaper::http {

/// A request of a command to a running daemon; it has no body.
struct ClientRequest {
  Method method = Method::get;
  std::string target;
  std::string token = {};  ///< the bearer token; empty: none is sent
};

/// What a server answered.
struct ClientAnswer {
  unsigned status = 0;
  std::string body;
};

/// One request over a connection of its own. An error if there was no answer within `deadline`.
[[nodiscard]] base::Result<ClientAnswer> ask(const base::ListenAddress& address, const ClientRequest& request,
                                             std::chrono::milliseconds deadline);

}  // namespace reaper::http
