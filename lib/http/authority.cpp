#include "http/authority.hpp"

#include "base/ascii.hpp"
#include "http/characters.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace reaper::http {
namespace {

/// The address as inet_ntop(3) writes it; nothing if it is none. inet_pton takes the four-part form only, so that
/// `127.1` and `0x7f000001` are names, as they are for RFC 3986.
std::optional<std::string> canonical_address(int family, const std::string& text) {
  in6_addr binary{};  // large enough for either family
  if (inet_pton(family, text.c_str(), &binary) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  if (inet_ntop(family, &binary, canonical.data(), canonical.size()) == nullptr) return std::nullopt;
  return canonical.data();
}

std::optional<Authority> parse_v6(std::string_view text) {
  // A NUL would end the text for inet_pton, and a zone (`%eth0`) means nothing to anybody else.
  const bool plain = std::ranges::all_of(text, [](char c) { return is_hex_digit(c) || c == ':' || c == '.'; });
  const auto address = plain ? canonical_address(AF_INET6, std::string(text)) : std::nullopt;
  if (!address) return std::nullopt;
  return Authority{*address, true, std::nullopt};
}

std::optional<Authority> parse_name_or_v4(std::string_view text) {
  // `localhost.` is `localhost` said in full (RFC 1034, 3.1).
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || !is_percent_encoded(text, is_host_character)) return std::nullopt;
  if (const auto address = canonical_address(AF_INET, std::string(text)))
    return Authority{*address, true, std::nullopt};
  return Authority{base::lower_case(text), false, std::nullopt};
}

/// What follows the host: nothing, or a colon and a port, which RFC 3986 allows to be empty.
bool parse_port(std::string_view text, std::optional<std::uint16_t>& port) {
  if (text.empty() || text == ":") return true;
  if (text.front() != ':' || !std::ranges::all_of(text.substr(1), base::is_digit)) return false;
  std::uint16_t number = 0;
  if (std::from_chars(text.data() + 1, text.data() + text.size(), number).ec != std::errc{}) return false;
  port = number;
  return true;
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return std::nullopt;
  auto authority = bracketed ? parse_v6(text.substr(1, end - 1)) : parse_name_or_v4(text.substr(0, end));
  if (!authority || !parse_port(text.substr(bracketed ? end + 1 : end), authority->port)) return std::nullopt;
  return authority;
}

bool is_same_place(const Authority& left, const Authority& right, std::uint16_t default_port) {
  return left.host == right.host && left.is_address == right.is_address &&
         left.port.value_or(default_port) == right.port.value_or(default_port);
}

}  // namespace reaper::http
