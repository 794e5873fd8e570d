#include "base/words.hpp"

#include <fmt/format.h>

namespace reaper::base {

std::string count_in_words(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace reaper::base
