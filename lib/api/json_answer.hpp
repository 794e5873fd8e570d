#pragma once

#include "http/message.hpp"

#include <string>
#include <utility>

namespace reaper::api {

/// Returns the answer with this JSON text as its whole body. For long bodies see long_answer().
[[nodiscard]] inline http::Response json_answer(std::string body, unsigned status = 200) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace reaper::api
