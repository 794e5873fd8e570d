#include "http/authority.hpp"

#include "base/ascii.hpp"
#include "base/ip_address.hpp"
#include "http/characters.hpp"

#include <algorithm>

namespace reaper::http {
namespace {

std::optional<Authority> parse_v6(std::string_view text) {
  const auto address = base::canonical_ipv6(text);
  if (!address) return std::nullopt;
  return Authority{*address, true, std::nullopt};
}

std::optional<Authority> parse_name_or_v4(std::string_view text) {
  // `localhost.` is the absolute form of `localhost` (RFC 1034, 3.1).
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || !is_percent_encoded(text, is_host_character)) return std::nullopt;
  if (const auto address = base::canonical_ipv4(text)) return Authority{*address, true, std::nullopt};
  return Authority{base::lower_case(text), false, std::nullopt};
}

/// Parses the text after the host: nothing, or a colon and a port. RFC 3986 allows an empty port.
bool parse_port(std::string_view text, std::optional<std::uint16_t>& port) {
  if (text.empty() || text == ":") return true;
  if (text.front() != ':') return false;
  port = base::parse_port(text.substr(1));
  return port.has_value();
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
