#pragma once

#include "api/served_path.hpp"
#include "http/message.hpp"
#include "sweep/set_page.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reaper::api {

/// What the parameters of a reading request ask for.
struct Query {
  std::size_t limit = k_usual_limit;                ///< of the sweeps or the removals
  sweep::SetQuery sets = {.limit = k_usual_limit};  ///< which of the chart sets
  std::string path;                                 ///< of one chart, relative to the root; any bytes but NUL

  static constexpr std::size_t k_usual_limit = 100;

  /// An answer of so many entries has about 200 KiB.
  static constexpr std::size_t k_max_limit = 1000;

  friend bool operator==(const Query&, const Query&) = default;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Reads the parameters that this endpoint takes into `query`; the refusal (400) if one of them cannot be understood or
/// a necessary one is missing. Others are ignored, because clients add them against caches.
[[nodiscard]] std::optional<http::Response> read_query(Endpoint endpoint, const Parameters& parameters, Query& query);

}  // namespace reaper::api
