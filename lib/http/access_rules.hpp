#pragma once

#include "http/message.hpp"
#include "http/socket_address.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::http {

/// Properties of the listener and settings that decide about access.
struct AccessRules {
  bool open = false;                       ///< the listener is on loopback or a Unix socket
  bool token_configured = false;           ///< a token file is set
  std::optional<std::string> token;        ///< its content; nothing if the file is unusable, so that no token is valid
  std::vector<std::string> allowed_hosts;  ///< more names accepted in `Host`, and in `Origin` on port 80 or 443
};

/// Checks if the sender may make changes. Returns nothing if so, otherwise the answer that refuses the request: 401
/// with `WWW-Authenticate: Bearer`, or 403. Ignores the method, because reading names needs the same rights. Pure.
[[nodiscard]] std::optional<Response> refuse_access(const Request& request, const AccessRules& rules);

/// Checks if a client of a Unix socket may send any request. It must have the daemon's own uid, be root, or belong to
/// the socket's group. Returns nothing if so, otherwise the answer 403. The socket's mode enforces the same, but a mode
/// can be changed by mistake. Pure.
[[nodiscard]] std::optional<Response> refuse_user(const User& user, uid_t own_uid, std::optional<gid_t> group);

/// Compares in a time that depends only on the length of `given`, so that a client cannot find the token by timing.
[[nodiscard]] bool equal_in_constant_time(std::string_view given, std::string_view expected);

}  // namespace reaper::http
