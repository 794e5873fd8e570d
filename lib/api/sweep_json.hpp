#pragma once

#include "http/message.hpp"
#include "sweep/report.hpp"

#include <memory>

namespace reaper::api {

/// Returns the answer to a request for a sweep. It is one of:
///  - 200 with the figures, even if a part of the sweep failed;
///  - 503 with the same body and `"success":false` if nothing could be done;
///  - 404 if the chart set holds no chart;
///  - 503 with a problem if the end of the program stopped the sweep.
[[nodiscard]] http::Response sweep_answer(std::shared_ptr<const sweep::Report> report);

}  // namespace reaper::api
