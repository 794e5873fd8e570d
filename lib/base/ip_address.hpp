#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::base {

// Both return the address as inet_ntop(3) writes it, so that equal addresses have equal texts. They accept what
// inet_pton(3) accepts, without brackets and zone (`%eth0`), and return nothing for other texts.

/// Only accepts four decimal parts. `127.1` and `0x7f000001` are names (RFC 3986, 3.2.2).
[[nodiscard]] std::optional<std::string> canonical_ipv4(std::string_view text);

[[nodiscard]] std::optional<std::string> canonical_ipv6(std::string_view text);

/// Parses the digits of a TCP port. Returns nothing for any other text and for numbers above 65535.
[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text) noexcept;

}  // namespace reaper::base
