#pragma once

#include "base/listen_address.hpp"

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reaper::http {

/// An address in the form of bind(2) and connect(2).
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  [[nodiscard]] sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] int family() const noexcept { return storage.ss_family; }

  /// Returns the port of an IPv4 or IPv6 address; 0 for others.
  [[nodiscard]] std::uint16_t port() const noexcept;
};

/// Converts a checked address: an IP that inet_pton(3) accepts, or a path that fits into sun_path.
[[nodiscard]] SocketAddress socket_address(const base::ListenAddress& address);

/// The user that connected to a Unix socket.
struct User {
  uid_t uid = static_cast<uid_t>(-1);  ///< -1 if unknown
  std::vector<gid_t> groups = {};      ///< primary and supplementary groups, as far as the kernel reports them
};

/// The other end of a connection.
struct Peer {
  /// For the log: `127.0.0.1:51234`, `[::1]:51234` or `unix:uid=1000`. `unknown` if the kernel does not report it, as
  /// after the other end has gone.
  std::string name;

  /// Empty for sockets other than Unix sockets.
  std::optional<User> user;
};

[[nodiscard]] Peer peer_of(int descriptor);

}  // namespace reaper::http
