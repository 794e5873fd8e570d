#pragma once

#include "base/error.hpp"
#include "base/listen_address.hpp"

#include <chrono>
#include <string>

namespace reaper::http {

/// What a server answered.
struct ClientAnswer {
  unsigned status = 0;
  std::string body;
};

/// One GET over a connection of its own; for the `health` command. An error if there was no answer within `deadline`.
[[nodiscard]] base::Result<ClientAnswer> get(const base::ListenAddress& address, const std::string& target,
                                             std::chrono::milliseconds deadline);

}  // namespace reaper::http
