#include "api/target.hpp"
#include "api/route.hpp"
#include "base/printable.hpp"
#include "fuzz/expect.hpp"

#include <algorithm>

// Parses any request target: its path, and the charts it would remove.

using namespace reaper;
using fuzz::expect;

namespace {

void check_segments(const api::Target& target) {
  for (const std::string& segment : target.segments) {
    expect(segment != "." && segment != "..");
    expect(segment.find('/') == std::string::npos && segment.find('\0') == std::string::npos);
    expect(base::is_utf8(segment));
  }
}

void check_operation(const api::Operation& operation, const api::Target& target) {
  const std::vector<std::string> everything{"charts", "all"};
  if (operation.endpoint == api::Endpoint::remove_all) expect(target.segments == everything);
  if (operation.endpoint != api::Endpoint::remove_set) return;
  expect(target.segments.size() == 3 && operation.set == target.segments[1] + '_' + target.segments[2]);
  expect(operation.set.find('/') == std::string::npos && operation.set.size() <= 255);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto parsed = api::parse_target(text);
  const auto* target = std::get_if<api::Target>(&parsed);
  if (target != nullptr) check_segments(*target);
  for (const http::Method method : http::k_known_methods) {
    const api::Route route = api::parse_route(method, text);
    const auto* operation = std::get_if<api::Operation>(&route.outcome);
    expect(operation != nullptr || route.audience == api::Audience::everybody);
    if (operation == nullptr) continue;
    expect(target != nullptr);
    expect(http::is_safe(method) || route.audience == api::Audience::administrators);
    check_operation(*operation, *target);
  }
  return 0;
}
