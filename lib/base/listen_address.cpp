#include "base/listen_address.hpp"

#include "base/ip_address.hpp"

#include <fmt/format.h>
#include <sys/un.h>

#include <cstddef>

namespace reaper::base {
namespace {

constexpr std::string_view k_unix_prefix = "unix:";

/// unix(7): sun_path also holds the final NUL.
constexpr std::size_t k_max_socket_path_bytes = sizeof(sockaddr_un::sun_path) - 1;

std::optional<ListenAddress> parse_socket_path(std::string_view path) {
  const bool usable = path.starts_with('/') && !path.ends_with('/') && path.size() <= k_max_socket_path_bytes &&
                      path.find('\0') == std::string_view::npos;
  if (!usable) return std::nullopt;
  return ListenAddress{ListenAddress::Kind::unix_socket, {}, 0, std::string(path)};
}

std::optional<ListenAddress> parse_tcp(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::optional<std::uint16_t> port = parse_port(text.substr(colon + 1));
  const bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host == "localhost") host = "127.0.0.1";
  const std::optional<std::string> ip = bracketed ? canonical_ipv6(host) : canonical_ipv4(host);
  if (!ip || !port) return std::nullopt;
  return ListenAddress{ListenAddress::Kind::tcp, *ip, *port, {}};
}

}  // namespace

std::string ListenAddress::to_string() const {
  if (kind == Kind::unix_socket) return fmt::format("{}{}", k_unix_prefix, path);
  const bool is_v6 = host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  if (text.starts_with(k_unix_prefix)) return parse_socket_path(text.substr(k_unix_prefix.size()));
  return parse_tcp(text);
}

}  // namespace reaper::base
