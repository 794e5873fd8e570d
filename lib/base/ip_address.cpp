#include "base/ip_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <system_error>

namespace reaper::base {
namespace {

std::optional<std::string> canonical(int family, std::string_view text) {
  // inet_pton(3) stops at a NUL and would not see the rest.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  in6_addr binary{};  // large enough for either family
  if (::inet_pton(family, std::string(text).c_str(), &binary) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> address{};
  if (::inet_ntop(family, &binary, address.data(), address.size()) == nullptr) return std::nullopt;
  return address.data();
}

}  // namespace

std::optional<std::string> canonical_ipv4(std::string_view text) { return canonical(AF_INET, text); }

std::optional<std::string> canonical_ipv6(std::string_view text) { return canonical(AF_INET6, text); }

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  // For unsigned numbers std::from_chars accepts no sign and no blank.
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(port) : std::nullopt;
}

}  // namespace reaper::base
