#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace reaper::assessment {

/// Returns a size for people, e.g. `1310.00 MB`. Small sizes are in bytes: `512 bytes`.
[[nodiscard]] std::string size_in_words(std::uint64_t bytes);

/// Returns a time for people, in the largest unit that gives at least 2: `90 seconds`, `5 minutes`, `23.5 hours`.
[[nodiscard]] std::string time_in_words(std::chrono::nanoseconds time);

/// Returns the text with a capital first letter.
[[nodiscard]] std::string as_sentence(std::string_view text);

}  // namespace reaper::assessment
