#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reaper::base {

/// A count with its noun, e.g. `1 chart`, `12 charts`, `3 directories`.
[[nodiscard]] std::string count_in_words(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace reaper::base
