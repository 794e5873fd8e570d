#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::http {

/// A host and its port, as in `Host`, `Origin` and an absolute request-target, in a form that compares equal for equal
/// hosts.
struct Authority {
  std::string host;                   ///< lower case, without brackets and trailing dot; an address in canonical form
  bool is_address = false;            ///< an IPv4 or IPv6 address, not a name
  std::optional<std::uint16_t> port;  ///< nothing if none is given

  friend bool operator==(const Authority&, const Authority&) = default;
};

/// Reads `host`, `host:port` or `[v6]:port` by the grammar of RFC 3986, 3.2.2, without user information. Nothing if it
/// is empty or does not follow the grammar.
[[nodiscard]] std::optional<Authority> parse_authority(std::string_view text);

/// The same host and port, a missing port being `default_port`.
[[nodiscard]] bool is_same_place(const Authority& left, const Authority& right, std::uint16_t default_port);

}  // namespace reaper::http
