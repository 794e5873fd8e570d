#include "http/protocol.hpp"

#include "base/ascii.hpp"
#include "http/authority.hpp"
#include "http/characters.hpp"

#include <algorithm>
#include <array>

namespace reaper::http {
namespace {

constexpr std::string_view k_scheme = "http://";
constexpr std::uint16_t k_http_port = 80;

/// Calls `use` for each element of a comma-separated list (RFC 9110, 5.6.1), in all fields of that name.
template <class Use>
void for_each_element(const RequestHead& head, std::string_view name, Use use) {
  for (const auto& [field_name, value] : head.fields) {
    if (!base::equals_ignoring_case(field_name, name)) continue;
    for (std::string_view rest = value;;) {
      const std::size_t comma = rest.find(',');
      use(trim(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
}

/// RFC 9112, 6.1. A server cannot find the end of a coding that it does not decode.
std::optional<Response> refuse_transfer_encoding(const RequestHead& head) {
  if (head.count("Transfer-Encoding") == 0) return std::nullopt;
  if (head.count("Content-Length") > 0 || head.version == Version::http_1_0) {
    return problem(400, "Transfer-Encoding is not allowed with Content-Length or HTTP/1.0. No route takes a body.");
  }
  bool only_chunked = true;
  for_each_element(head, "Transfer-Encoding", [&](std::string_view coding) {
    only_chunked = only_chunked && base::equals_ignoring_case(coding, "chunked");
  });
  return problem(only_chunked ? 400 : 501, "No route takes a body: send no Transfer-Encoding.");
}

/// RFC 9112, 6.3.
std::optional<Response> refuse_content_length(const RequestHead& head) {
  if (head.count("Content-Length") == 0) return std::nullopt;
  const std::string_view length = head.value("Content-Length");
  if (head.count("Content-Length") > 1 || length.empty() || !std::ranges::all_of(length, base::is_digit)) {
    return problem(400,
                   "Content-Length must be one decimal number, given once. No route takes a body, so it may only be "
                   "0.");
  }
  if (std::ranges::all_of(length, [](char c) { return c == '0'; })) return std::nullopt;
  return problem(413, "No route takes a body: send no Content-Length, or 0.");
}

/// RFC 9112, 3.2: exactly one Host. HTTP/1.0 has no Host, but access control needs it for changes.
std::optional<Response> refuse_host(const RequestHead& head) {
  const std::size_t count = head.count("Host");
  const bool may_be_missing = head.version == Version::http_1_0 && is_safe(head.method);
  if (count == 0 && may_be_missing) return std::nullopt;
  if (count == 1 && parse_authority(head.value("Host"))) return std::nullopt;
  return problem(400, "A request must have exactly one Host field: a name or an IP address, with or without a port.");
}

std::optional<Response> refuse_method(const RequestHead& head) {
  if (head.method != Method::other) return std::nullopt;
  Response refusal = problem(501, "The methods here are GET, HEAD, POST, DELETE and OPTIONS.");
  refusal.headers.emplace_back("Allow", k_methods);
  return refusal;
}

/// RFC 9112, 3.2.2: accepts `http://host/path` only if the host is the one in Host.
std::optional<Response> refuse_absolute_target(const RequestHead& head) {
  const std::string_view rest = head.target.substr(k_scheme.size());
  const auto authority = parse_authority(rest.substr(0, rest.find_first_of("/?")));
  const auto host = parse_authority(head.value("Host"));
  const bool is_own = authority && (!host || is_same_place(*authority, *host, k_http_port));
  if (is_own && is_percent_encoded(rest.substr(std::min(rest.find_first_of("/?"), rest.size())), is_path_character)) {
    return std::nullopt;
  }
  return problem(400,
                 "This is not a proxy: an absolute target must have the same host as the Host field, and its path may "
                 "only contain the characters of RFC 3986.");
}

bool is_absolute(std::string_view target) {
  return base::equals_ignoring_case(target.substr(0, k_scheme.size()), k_scheme);
}

/// RFC 9112, 3.2.
std::optional<Response> refuse_target(const RequestHead& head) {
  if (is_absolute(head.target)) return refuse_absolute_target(head);
  if (head.target == "*" && head.method == Method::options) return std::nullopt;
  if (head.target.starts_with('/') && is_percent_encoded(head.target, is_path_character)) return std::nullopt;
  return problem(400,
                 "A target must start with / and may only contain the characters of RFC 3986; encode others as %XX. "
                 "It must have no fragment (#). * is for OPTIONS only.");
}

std::optional<Response> refuse_other_fields(const RequestHead& head) {
  if (head.count("Expect") > 0) return problem(417, "Expect is not supported: send no Expect.");
  for (const std::string_view name : {"Authorization", "Origin", "Sec-Fetch-Site"}) {
    if (head.count(name) > 1) return problem(400, std::string(name) + " may be given once only.");
  }
  return std::nullopt;
}

/// Returns the answer that refuses the head; nothing if the request may be served.
std::optional<Response> refuse_protocol(const RequestHead& head) {
  // Framing comes first, because the other checks assume that the head is delimited correctly.
  constexpr std::array k_checks{
      refuse_transfer_encoding, refuse_content_length, refuse_method, refuse_host, refuse_target, refuse_other_fields};
  for (const auto check : k_checks) {
    if (auto refusal = check(head)) return refusal;
  }
  return std::nullopt;
}

/// Returns `/path` for `http://host/path`, and other targets unchanged.
std::string origin_form(std::string_view target) {
  if (!is_absolute(target)) return std::string(target);
  const std::string_view rest = target.substr(k_scheme.size());
  const std::size_t path = rest.find_first_of("/?");
  if (path == std::string_view::npos) return "/";
  const std::string_view path_and_query = rest.substr(path);
  return path_and_query.starts_with('/') ? std::string(path_and_query) : "/" + std::string(path_and_query);
}

bool wants_keep_alive(const RequestHead& head) {
  bool keep_alive = false;
  bool close = false;
  for_each_element(head, "Connection", [&](std::string_view option) {
    keep_alive = keep_alive || base::equals_ignoring_case(option, "keep-alive");
    close = close || base::equals_ignoring_case(option, "close");
  });
  return !close && (keep_alive || head.version == Version::http_1_1);
}

}  // namespace

OrRefusal<Request> read_request(std::string_view head_text) {
  const OrRefusal<RequestHead> head = parse_request_head(head_text);
  if (!head) return head.error();
  if (auto refusal = refuse_protocol(*head)) return *std::move(refusal);
  return Request{.method = head->method,
                 .target = origin_form(head->target),
                 .sent_target = std::string(head->target),
                 .keep_alive = wants_keep_alive(*head),
                 .accept = std::string(head->value("Accept")),
                 .host = std::string(head->value("Host")),
                 .origin = std::string(head->value("Origin")),
                 .fetch_site = std::string(head->value("Sec-Fetch-Site")),
                 .authorization = std::string(head->value("Authorization"))};
}

}  // namespace reaper::http
