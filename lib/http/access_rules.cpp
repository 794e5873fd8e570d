#include "http/access_rules.hpp"

#include "base/ascii.hpp"
#include "http/authority.hpp"
#include "http/characters.hpp"

#include <algorithm>

namespace reaper::http {
namespace {

constexpr const char* k_no_token_file =
    "Changes need a bearer token here, because this listener is neither on loopback nor a Unix socket. No token is "
    "configured: set CHART_ADMIN_TOKEN_FILE to a file with the token.";

constexpr const char* k_unusable_token_file =
    "The file in CHART_ADMIN_TOKEN_FILE cannot be used, so no token is valid; the log says why. It must be a regular "
    "file of 1 to 4,096 bytes that only its owner and group can access.";

/// Returns the token of `Authorization: Bearer <token>` (RFC 6750, 2.1); nothing for another scheme or none.
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  const std::string_view value = trim(authorization);
  const std::size_t space = value.find(' ');
  if (!base::equals_ignoring_case(value.substr(0, space), "Bearer")) return std::nullopt;
  return space == std::string_view::npos ? std::string_view{} : trim(value.substr(space));
}

/// Returns false for DNS rebinding: a page whose own name resolves to this address sends that name in `Host`.
bool is_own_name(const Authority& host, const std::vector<std::string>& allowed_hosts) {
  if (host.is_address || host.host == "localhost") return true;
  return std::ranges::any_of(allowed_hosts, [&](const std::string& allowed) {
    const auto name = parse_authority(allowed);
    return name && name->host == host.host;
  });
}

/// Returns true if the page came from the name and port that the request is for, or from an allowed host on the default
/// port. The latter is needed because a proxy may replace the browser's Host. Behind a proxy that ends TLS the origin
/// is `https`. The origin `null` of sandboxed pages matches nothing.
bool is_own_page(std::string_view origin, const Authority& host, const std::vector<std::string>& allowed_hosts) {
  const std::size_t separator = origin.find("://");
  if (separator == std::string_view::npos) return false;
  const std::string scheme = base::lower_case(origin.substr(0, separator));
  if (scheme != "http" && scheme != "https") return false;
  const auto authority = parse_authority(origin.substr(separator + 3));
  const std::uint16_t default_port = scheme == "https" ? 443 : 80;
  if (!authority) return false;
  if (is_same_place(*authority, host, default_port)) return true;
  return std::ranges::any_of(allowed_hosts, [&](const std::string& allowed) {
    const auto name = parse_authority(allowed);
    return name && is_same_place(*authority, *name, default_port);
  });
}

/// Refuses changes that a page of another site makes a browser send. Other clients send none of these fields except
/// `Host`.
std::optional<Response> refuse_foreign_page(const Request& request, const AccessRules& rules) {
  const auto host = parse_authority(request.host);
  if (!host || !is_own_name(*host, rules.allowed_hosts)) {
    return problem(403,
                   "Without a bearer token, changes are only accepted if Host is an IP address, localhost or one of "
                   "CHART_ALLOWED_HOSTS.");
  }
  if (!request.origin.empty() && !is_own_page(request.origin, *host, rules.allowed_hosts)) {
    return problem(403,
                   "Without a bearer token, changes are only accepted from pages of this host and port: Origin must "
                   "be absent or equal to Host. Behind a proxy, let the proxy pass Host on, or add its name to "
                   "CHART_ALLOWED_HOSTS if it listens on port 80 or 443.");
  }
  const std::string_view site = request.fetch_site;
  if (!site.empty() && site != "same-origin" && site != "none") {
    return problem(403,
                   "Without a bearer token, changes are only accepted from pages of this host and port: "
                   "Sec-Fetch-Site must be absent, same-origin or none.");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Response> refuse_access(const Request& request, const AccessRules& rules) {
  const auto given = bearer_token(request.authorization);
  if (rules.open && (!given || !rules.token_configured)) return refuse_foreign_page(request, rules);
  if (!rules.token_configured) return problem(403, k_no_token_file);
  if (!rules.token || rules.token->empty()) return problem(403, k_unusable_token_file);
  if (given && equal_in_constant_time(*given, *rules.token)) return std::nullopt;
  Response refusal = problem(401, given ? "The bearer token is wrong: send the first line of the file in "
                                          "CHART_ADMIN_TOKEN_FILE."
                                        : "A change needs the header `Authorization: Bearer <token>` with the token "
                                          "from the file in CHART_ADMIN_TOKEN_FILE.");
  refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
  return refusal;
}

std::optional<Response> refuse_user(const User& user, uid_t own_uid, std::optional<gid_t> group) {
  if (user.uid == own_uid || user.uid == 0) return std::nullopt;
  if (group && std::ranges::find(user.groups, *group) != user.groups.end()) return std::nullopt;
  return problem(403,
                 "Only the user that chart-reaper runs as, root, and members of CHART_SOCKET_GROUP may use this "
                 "socket.");
}

bool equal_in_constant_time(std::string_view given, std::string_view expected) {
  if (expected.empty()) return given.empty();
  // volatile keeps the compiler from leaving the loop early.
  volatile unsigned difference = given.size() == expected.size() ? 0U : 1U;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto left = static_cast<unsigned char>(given[i]);
    const auto right = static_cast<unsigned char>(expected[i % expected.size()]);
    difference = difference | static_cast<unsigned>(left ^ right);
  }
  return difference == 0;
}

}  // namespace reaper::http
