#include "http/socket_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace reaper::http {
namespace {

/// Read the storage as the address in it; sockaddr_storage is designed for that cast (sockaddr(3type)).
const sockaddr_in& v4(const SocketAddress& address) { return reinterpret_cast<const sockaddr_in&>(address.storage); }
const sockaddr_in6& v6(const SocketAddress& address) { return reinterpret_cast<const sockaddr_in6&>(address.storage); }

std::string host_text(int family, const void* binary) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, binary, text.data(), text.size()) == nullptr ? "unknown" : text.data();
}

/// Returns the supplementary groups of the user that connected; none if the kernel does not report them (before Linux
/// 4.13, gVisor).
std::vector<gid_t> supplementary_groups(int descriptor) {
  socklen_t length = 0;
  // With too small a buffer the call fails but returns the size that it needs.
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, nullptr, &length) != 0 && errno != ERANGE) return {};
  std::vector<gid_t> groups(length / sizeof(gid_t));
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &length) != 0) return {};
  return groups;
}

/// User and groups are those at the time of connect(2), even if another process uses the socket now (unix(7)).
Peer unix_peer(int descriptor) {
  ucred credentials{};
  socklen_t length = sizeof(credentials);
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return {"unknown", User{}};
  User user{credentials.uid, supplementary_groups(descriptor)};
  user.groups.push_back(credentials.gid);
  return {fmt::format("unix:uid={}", credentials.uid), std::move(user)};
}

std::string v6_peer(const SocketAddress& peer) {
  const in6_addr& address = v6(peer).sin6_addr;
  // A dual-stack socket shows IPv4 clients as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
  if (IN6_IS_ADDR_V4MAPPED(&address))
    return fmt::format("{}:{}", host_text(AF_INET, &address.s6_addr[12]), peer.port());
  return fmt::format("[{}]:{}", host_text(AF_INET6, &address), peer.port());
}

SocketAddress unix_address(const std::string& path) {
  SocketAddress address;
  auto& unix_socket = reinterpret_cast<sockaddr_un&>(address.storage);
  unix_socket.sun_family = AF_UNIX;
  path.copy(unix_socket.sun_path, sizeof(unix_socket.sun_path) - 1);
  address.length = sizeof(sockaddr_un);
  return address;
}

}  // namespace

std::uint16_t SocketAddress::port() const noexcept {
  if (family() == AF_INET) return ntohs(v4(*this).sin_port);
  if (family() == AF_INET6) return ntohs(v6(*this).sin6_port);
  return 0;
}

SocketAddress socket_address(const base::ListenAddress& address) {
  if (address.kind == base::ListenAddress::Kind::unix_socket) return unix_address(address.path);
  SocketAddress result;
  if (auto& four = reinterpret_cast<sockaddr_in&>(result.storage);
      ::inet_pton(AF_INET, address.host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(address.port);
    result.length = sizeof(sockaddr_in);
    return result;
  }
  auto& six = reinterpret_cast<sockaddr_in6&>(result.storage);
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(address.port);
  // An invalid host is a bug in this program; loopback is the safest fallback.
  if (::inet_pton(AF_INET6, address.host.c_str(), &six.sin6_addr) != 1) six.sin6_addr = in6addr_loopback;
  result.length = sizeof(sockaddr_in6);
  return result;
}

Peer peer_of(int descriptor) {
  SocketAddress peer;
  if (::getpeername(descriptor, peer.get(), &peer.length) != 0) return {"unknown", std::nullopt};
  switch (peer.family()) {
    case AF_UNIX: return unix_peer(descriptor);
    case AF_INET: return {fmt::format("{}:{}", host_text(AF_INET, &v4(peer).sin_addr), peer.port()), std::nullopt};
    case AF_INET6: return {v6_peer(peer), std::nullopt};
    default: return {"unknown", std::nullopt};
  }
}

}  // namespace reaper::http
