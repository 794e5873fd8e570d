#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace reaper::http {

/// A request method. `other` is any unknown method; the listener refuses it before routing.
enum class Method : std::uint8_t { get, head, post, delete_, options, other };

inline constexpr std::array k_known_methods{Method::get, Method::head, Method::post, Method::delete_, Method::options};

/// Returns the method's name, e.g. `GET`; `other` for unknown ones.
[[nodiscard]] constexpr std::string_view to_string(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::delete_: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: break;
  }
  return "other";
}

/// Returns the method with this name. Names are case-sensitive (RFC 9110, 9.1).
[[nodiscard]] constexpr Method parse_method(std::string_view name) {
  for (const Method method : k_known_methods)
    if (to_string(method) == name) return method;
  return Method::other;
}

/// Returns true for methods that change nothing (RFC 9110, 9.2.1): GET, HEAD and OPTIONS.
[[nodiscard]] constexpr bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options;
}

}  // namespace reaper::http
