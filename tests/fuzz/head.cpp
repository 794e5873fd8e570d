#include "fuzz/expect.hpp"
#include "http/access_rules.hpp"
#include "http/authority.hpp"
#include "http/head_scanner.hpp"
#include "http/protocol.hpp"

#include <algorithm>

// Parses any bytes from a connection: the end of the head, its fields, and access.

using namespace reaper;
using fuzz::expect;

namespace {

struct Scanned {
  std::size_t head_length = 0;
  unsigned refused = 0;

  friend bool operator==(const Scanned&, const Scanned&) = default;
};

Scanned scan(std::string_view bytes, std::size_t piece) {
  http::HeadScanner scanner;
  for (std::size_t end = std::min(piece, bytes.size());; end = std::min(end + piece, bytes.size())) {
    if (const auto refusal = scanner.scan(bytes.substr(0, end))) return {0, refusal->status};
    if (scanner.head_length() > 0 || end == bytes.size()) return {scanner.head_length(), 0};
  }
}

/// Checks properties that the rest of the program relies on for an accepted request.
void check_passed(const http::RequestHead& head, const http::Request& request) {
  expect(request.method != http::Method::other);
  expect(head.count("Host") <= 1);
  expect(head.count("Host") == 1 || (head.version == http::Version::http_1_0 && http::is_safe(request.method)));
  expect(head.count("Transfer-Encoding") == 0);
  const std::string_view length = head.value("Content-Length");
  expect(head.count("Content-Length") <= 1 && std::ranges::all_of(length, [](char c) { return c == '0'; }));
  expect(head.count("Expect") == 0);
  expect(request.target == "*" || request.target.starts_with('/'));
  expect(std::ranges::all_of(request.target, [](char c) { return c > 0x20 && c < 0x7F && c != '#'; }));
}

void check_access(const http::Request& request) {
  const bool knows = request.authorization.find("zebra") != std::string::npos;
  expect(knows || http::refuse_access(request, {false, true, "zebra", {}}));
  expect(http::refuse_access(request, {false, false, std::nullopt, {}}).has_value());
  if (!http::refuse_access(request, {true, false, std::nullopt, {}})) {
    const auto host = http::parse_authority(request.host);
    expect(host && (host->is_address || host->host == "localhost"));
    expect(request.fetch_site.empty() || request.fetch_site == "same-origin" || request.fetch_site == "none");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  const Scanned whole = scan(bytes, bytes.size() + 1);
  expect(scan(bytes, 1) == whole);
  if (whole.head_length == 0) return 0;
  expect(bytes.substr(0, whole.head_length).ends_with("\r\n\r\n"));
  const std::string_view head_text = bytes.substr(0, whole.head_length);
  const auto request = http::read_request(head_text);
  if (!request) return 0;
  check_passed(*http::parse_request_head(head_text), *request);
  check_access(*request);
  return 0;
}
