#pragma once

#include "api/served_path.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reaper::api {

/// What the parameters of a reading request ask for.
struct Query {
  enum class Sort : std::uint8_t { name, files, bytes, oldest, newest };
  enum class Order : std::uint8_t { ascending, descending };
  enum class Group : std::uint8_t { set, symbol };

  std::size_t limit = k_usual_limit;
  std::size_t offset = 0;
  Sort sort = Sort::bytes;
  Order order = Order::descending;
  Group group = Group::set;
  std::string match;  ///< a part of the name, in lower case; empty: all
  std::string path;   ///< of one chart, relative to the root; any bytes but NUL

  static constexpr std::size_t k_usual_limit = 100;

  /// An answer of so many entries has about 200 KiB.
  static constexpr std::size_t k_most_limit = 1000;

  friend bool operator==(const Query&, const Query&) = default;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Reads the parameters that this endpoint takes into `query`; the refusal (400) if one of them cannot be understood or
/// a necessary one is missing. Others are ignored, because clients add them against caches.
[[nodiscard]] std::optional<http::Response> read_query(Endpoint endpoint, const Parameters& parameters, Query& query);

}  // namespace reaper::api
