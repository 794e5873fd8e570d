#pragma once

#include <string_view>

namespace reaper::config {

/// U+FEFF in UTF-8. Some editors write it at the start of a file.
inline constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";

/// Returns advice for an error message if the value has quotes, a blank, a line end or a byte order mark around it. A
/// shell would have removed these, or an editor has added them. Returns an empty text otherwise.
///
/// No valid value has these. With them a path would name another file: the daemon would create a wrong directory and
/// watch it in vain.
[[nodiscard]] std::string_view wrapping_of(std::string_view value) noexcept;

}  // namespace reaper::config
