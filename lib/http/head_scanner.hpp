#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace reaper::http {

/// The longest request line. RFC 9112, 3 recommends to support 8,000 bytes; the longest route needs a few hundred.
inline constexpr std::size_t k_max_request_line = 8 * 1024;

/// The longest header section. A browser with many cookies sends a few KiB.
inline constexpr std::size_t k_max_header_bytes = 16 * 1024;

/// The most fields. Browsers and proxies send about twenty.
inline constexpr std::size_t k_max_fields = 64;

/// Finds the end of a request head (RFC 9112, 2.1) in bytes that arrive in pieces, and refuses as early as it can what
/// will never be one: bare CR or LF, other control characters, too long lines.
class HeadScanner {
 public:
  /// Looks at the bytes that were not there in the last call. `bytes` is all that has arrived of this request, and may
  /// hold the next ones too. Returns the answer that refuses the request, if it must be refused; do not scan on then.
  [[nodiscard]] std::optional<Response> scan(std::string_view bytes);

  /// The length of the head with the empty line that ends it; 0 as long as it has not ended.
  [[nodiscard]] std::size_t head_length() const noexcept { return head_length_; }

 private:
  [[nodiscard]] bool in_request_line() const noexcept { return lines_ == 0; }
  [[nodiscard]] bool is_allowed(char c) const noexcept;
  [[nodiscard]] bool ends_line() noexcept;
  [[nodiscard]] Response too_long() const;

  std::size_t position_ = 0;  // of the next byte to look at
  std::size_t line_start_ = 0;
  std::size_t section_start_ = 0;  // of the request line, then of the header section
  std::size_t lines_ = 0;          // ended so far, without the empty one in front
  std::size_t head_length_ = 0;
  bool skipped_empty_line_ = false;
  bool after_cr_ = false;
};

}  // namespace reaper::http
