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

/// The parsed parameters of a GET request.
struct Query {
  std::size_t limit = k_usual_limit;                ///< of sweeps or removals
  sweep::SetQuery sets = {.limit = k_usual_limit};  ///< of chart sets
  std::string path;                                 ///< of one chart, relative to the root; any bytes except NUL

  static constexpr std::size_t k_usual_limit = 100;

  /// An answer with this number of entries has about 200 KiB.
  static constexpr std::size_t k_max_limit = 1000;

  friend bool operator==(const Query&, const Query&) = default;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Parses the parameters of this endpoint into `query`. Returns a 400 if one is not valid or a required one is missing.
/// Ignores other parameters, because clients add some to bypass caches.
[[nodiscard]] std::optional<http::Response> read_query(Endpoint endpoint, const Parameters& parameters, Query& query);

}  // namespace reaper::api
