#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reaper::base {

/// The address of a listener: an IP address and port, or a Unix socket.
struct ListenAddress {
  enum class Kind { tcp, unix_socket };

  Kind kind = Kind::tcp;
  std::string host;        ///< numeric IPv4 or IPv6 address, without brackets; empty for a Unix socket
  std::uint16_t port = 0;  ///< 0 for any free port
  std::string path;        ///< absolute path of the Unix socket; empty for TCP

  /// Returns the form that settings use: `127.0.0.1:8010`, `[::1]:8010` or `unix:/run/reaper.sock`.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

/// Parses `address:port`, `[v6]:port` or `unix:/path`; `localhost` means 127.0.0.1. Returns nothing for other texts.
[[nodiscard]] std::optional<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace reaper::base
