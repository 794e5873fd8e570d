#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace reaper::http {

/// The longest request line. RFC 9112, 3 recommends support for 8,000 bytes; the longest route needs a few hundred.
inline constexpr std::size_t k_max_request_line = 8 * 1024;

/// The longest header section. A browser with many cookies sends a few KiB.
inline constexpr std::size_t k_max_header_bytes = 16 * 1024;

/// The maximum number of fields. Browsers and proxies send about twenty.
inline constexpr std::size_t k_max_fields = 64;

/// Finds the end of a request head (RFC 9112, 2.1) in bytes that arrive in pieces. Refuses as early as possible what
/// can never become a head: bare CR or LF, other control characters, lines that are too long.
class HeadScanner {
 public:
  /// Scans the bytes that are new since the last call. `bytes` is everything that has arrived of this request, and may
  /// contain the next requests too. Returns the answer that refuses the request, if it must be refused; do not call
  /// again then.
  [[nodiscard]] std::optional<Response> scan(std::string_view bytes);

  /// Returns the length of the head including the final empty line; 0 while it has not ended.
  [[nodiscard]] std::size_t head_length() const noexcept { return head_length_; }

 private:
  [[nodiscard]] bool in_request_line() const noexcept { return lines_ == 0; }
  [[nodiscard]] bool is_allowed(char c) const noexcept;
  [[nodiscard]] bool ends_line() noexcept;
  [[nodiscard]] Response too_long() const;

  std::size_t position_ = 0;  // the next byte to scan
  std::size_t line_start_ = 0;
  std::size_t section_start_ = 0;  // start of the request line, then of the header section
  std::size_t lines_ = 0;          // ended so far, without an empty line in front
  std::size_t head_length_ = 0;
  bool skipped_empty_line_ = false;
  bool after_cr_ = false;
};

}  // namespace reaper::http
