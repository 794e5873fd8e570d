#pragma once

#include "http/message.hpp"
#include "http/socket_address.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::http {

/// What decides whether a request may change something.
struct AccessRequest {
  std::string_view method;
  std::string_view host;           ///< value of `Host`, port included
  std::string_view origin;         ///< value of `Origin`; empty if absent
  std::string_view fetch_site;     ///< value of `Sec-Fetch-Site`; empty if absent
  std::string_view authorization;  ///< value of `Authorization`; empty if absent
};

/// What the listener and the settings say.
struct AccessRules {
  bool open = false;                       ///< the listener is on loopback or a Unix socket
  bool token_configured = false;           ///< a token file is set
  std::optional<std::string> token;        ///< its content; nothing if it cannot be used: then no token is valid
  std::vector<std::string> allowed_hosts;  ///< further names in `Host`, and in `Origin` on port 80 or 443
};

/// Nothing if the request may go on, else the answer that refuses it: 401 with `WWW-Authenticate: Bearer`, or 403.
/// Safe methods always may. Pure.
[[nodiscard]] std::optional<Response> refuse_access(const AccessRequest& request, const AccessRules& rules);

/// Nothing if a client of a Unix socket may ask anything at all: it has the daemon's own uid, is root, or is in the
/// group that the socket is for. Else the answer that refuses it, 403. The mode of the socket says the same, but a mode
/// can be changed by mistake. Pure.
[[nodiscard]] std::optional<Response> refuse_user(const User& user, uid_t own_uid, std::optional<gid_t> group);

/// Compares in a time that depends on the length of `given` only, so that a stranger cannot measure a token out.
[[nodiscard]] bool equal_in_constant_time(std::string_view given, std::string_view expected);

}  // namespace reaper::http
