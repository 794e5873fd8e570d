#pragma once

#include "http/message.hpp"

#include <string_view>

namespace reaper::test {

[[nodiscard]] inline bool says(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

[[nodiscard]] inline bool says(const http::Response& response, std::string_view words) {
  return says(response.body, words);
}

}  // namespace reaper::test
