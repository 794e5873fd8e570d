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

/// Returns the failure of a whole removal in words: `None of the 12 due charts could be removed`, or `The due chart
/// could not be removed` if there was one. `one` and `many` name them, e.g. `due chart` and `due charts`.
[[nodiscard]] std::string none_removed_in_words(std::uint64_t count, std::string_view one, std::string_view many);

/// Returns `, or shorten CHART_MIN_AGE_SECONDS` for advice; empty if the volume needs more than the setting.
[[nodiscard]] std::string_view or_shorten_min_age(bool min_age_is_set) noexcept;

/// Returns the text with a capital first letter.
[[nodiscard]] std::string as_sentence(std::string_view text);

}  // namespace reaper::assessment
