#pragma once

#include "base/listen_address.hpp"

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reaper::http {

/// An address in the form that bind(2) and connect(2) take.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  [[nodiscard]] sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] int family() const noexcept { return storage.ss_family; }

  /// The port of an IPv4 or IPv6 address; 0 for others.
  [[nodiscard]] std::uint16_t port() const noexcept;
};

/// Of a checked address: an IP that inet_pton(3) reads, or a path that fits into sun_path.
[[nodiscard]] SocketAddress socket_address(const base::ListenAddress& address);

/// The user that connected to a Unix socket.
struct User {
  uid_t uid = static_cast<uid_t>(-1);  ///< -1: not known
  std::vector<gid_t> groups = {};      ///< the primary one and the supplementary ones, as far as they are known
};

/// Who is at the other end of a connection.
struct Peer {
  /// For the log: `127.0.0.1:51234`, `[::1]:51234` or `unix:uid=1000`. `unknown` if the socket does not say, which is
  /// so once the other end is gone.
  std::string name;

  /// Nothing for other sockets than Unix sockets.
  std::optional<User> user;
};

[[nodiscard]] Peer peer_of(int descriptor);

}  // namespace reaper::http
