#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::base {

// Both return the address as inet_ntop(3) writes it, so that equal addresses are equal texts, or nothing if the text is
// no address. They take what inet_pton(3) takes: no brackets and no zone (`%eth0`).

/// Takes four decimal parts only. `127.1` and `0x7f000001` are names, as they are for RFC 3986, 3.2.2.
[[nodiscard]] std::optional<std::string> canonical_ipv4(std::string_view text);

[[nodiscard]] std::optional<std::string> canonical_ipv6(std::string_view text);

/// Reads the digits of a TCP port. Returns nothing for every other text and for numbers above 65535.
[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text) noexcept;

}  // namespace reaper::base
