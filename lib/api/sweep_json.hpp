#pragma once

#include "http/message.hpp"
#include "sweep/report.hpp"

#include <memory>

namespace reaper::api {

/// The answer to the one who asked for this sweep: 200 with its figures, also if some of it failed; 503 with the same
/// body and `"success":false` if nothing of it could be done; 404 if the chart set holds no chart; 503 with a problem
/// if the sweep was cut short by the end of the program.
[[nodiscard]] http::Response sweep_answer(std::shared_ptr<const sweep::Report> report);

}  // namespace reaper::api
