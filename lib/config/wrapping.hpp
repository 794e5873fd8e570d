#pragma once

#include <string_view>

namespace reaper::config {

/// U+FEFF in UTF-8, which some editors put at the start of a file.
inline constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";

/// Returns what a shell would have taken off a value, or an editor has added to it, as advice for an error message:
/// quotes, a blank or line end, or a byte order mark. Empty if the value has nothing of the kind around it.
///
/// No value needs any of these. A path that keeps them names another file: a directory would be made, and looked at for
/// charts that nobody writes there.
[[nodiscard]] std::string_view wrapping_of(std::string_view value) noexcept;

}  // namespace reaper::config
