#pragma once

#include "http/message.hpp"
#include "http/socket_address.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::http {

/// What the listener and the settings say.
struct AccessRules {
  bool open = false;                       ///< the listener is on loopback or a Unix socket
  bool token_configured = false;           ///< a token file is set
  std::optional<std::string> token;        ///< its content; nothing if it cannot be used: then no token is valid
  std::vector<std::string> allowed_hosts;  ///< further names in `Host`, and in `Origin` on port 80 or 443
};

/// Nothing if the sender may change something, else the answer that refuses the request: 401 with
/// `WWW-Authenticate: Bearer`, or 403. The method does not matter: reading names is judged as a change is. Pure.
[[nodiscard]] std::optional<Response> refuse_access(const Request& request, const AccessRules& rules);

/// Nothing if a client of a Unix socket may ask anything at all: it has the daemon's own uid, is root, or is in the
/// group that the socket is for. Else the answer that refuses it, 403. The mode of the socket says the same, but a mode
/// can be changed by mistake. Pure.
[[nodiscard]] std::optional<Response> refuse_user(const User& user, uid_t own_uid, std::optional<gid_t> group);

/// Compares in a time that depends on the length of `given` only, so that a stranger cannot measure a token out.
[[nodiscard]] bool equal_in_constant_time(std::string_view given, std::string_view expected);

}  // namespace reaper::http
