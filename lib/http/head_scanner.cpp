#include "http/head_scanner.hpp"

namespace reaper::http {

bool HeadScanner::is_allowed(char c) const noexcept {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte < 0x7F) return true;
  // Field values may contain tabs and bytes above 0x7F (obs-text, RFC 9110, 5.5); the request line may not.
  return !in_request_line() && (byte == '\t' || byte >= 0x80);
}

/// Ends the line whose LF is at `position_`. Returns true if it was the empty line after the fields.
bool HeadScanner::ends_line() noexcept {
  const bool is_empty = position_ == line_start_ + 1;
  line_start_ = position_ + 1;
  if (is_empty && in_request_line() && !skipped_empty_line_) {
    // RFC 9112, 2.2: ignore one empty line in front of the request line.
    skipped_empty_line_ = true;
    section_start_ = line_start_;
    return false;
  }
  if (is_empty) return true;
  if (in_request_line()) section_start_ = line_start_;
  ++lines_;
  return false;
}

Response HeadScanner::too_long() const {
  if (in_request_line()) return problem(414, "The request line may have at most 8192 bytes.");
  return problem(431, "The header section may have at most 16384 bytes and 64 fields.");
}

std::optional<Response> HeadScanner::scan(std::string_view bytes) {
  for (; position_ < bytes.size() && head_length_ == 0; ++position_) {
    const char c = bytes[position_];
    if (after_cr_) {
      if (c != '\n') return problem(400, "Lines must end with CR LF; this request has a CR without LF.");
      after_cr_ = false;
      if (ends_line()) head_length_ = position_ + 1;
      if (lines_ > 1 + k_max_fields) return too_long();
      continue;
    }
    after_cr_ = c == '\r';
    if (after_cr_) continue;
    if (c == '\n') return problem(400, "Lines must end with CR LF; this request has a LF without CR.");
    if (!is_allowed(c)) {
      return problem(400,
                     "This is not HTTP: it contains control characters, or bytes above 0x7E in the request line. This "
                     "port speaks HTTP/1.1 without TLS.");
    }
    if (position_ - section_start_ >= (in_request_line() ? k_max_request_line : k_max_header_bytes)) {
      return too_long();
    }
  }
  return std::nullopt;
}

}  // namespace reaper::http
