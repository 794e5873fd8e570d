#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::http {

/// A host and port from `Host`, `Origin` or an absolute request target. Equal hosts compare equal.
struct Authority {
  std::string host;                   ///< lower case, without brackets and trailing dot; addresses in canonical form
  bool is_address = false;            ///< an IPv4 or IPv6 address, not a name
  std::optional<std::uint16_t> port;  ///< nothing if none is given

  friend bool operator==(const Authority&, const Authority&) = default;
};

/// Parses `host`, `host:port` or `[v6]:port` by RFC 3986, 3.2.2, without user information. Returns nothing if the text
/// is empty or malformed.
[[nodiscard]] std::optional<Authority> parse_authority(std::string_view text);

/// Returns true for equal hosts and ports. A missing port counts as `default_port`.
[[nodiscard]] bool is_same_place(const Authority& left, const Authority& right, std::uint16_t default_port);

}  // namespace reaper::http
