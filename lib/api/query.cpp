#include "api/query.hpp"

#include "base/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string_view>

namespace reaper::api {
namespace {

/// A path with the maximum number of levels, each with the longest name.
constexpr std::size_t k_max_path_bytes = 16 * 256;

/// One parameter: its endpoint and the parser of its value. `read` returns false if the value is not allowed.
struct Parameter {
  Endpoint endpoint;
  std::string_view name;
  std::string_view allowed;
  bool (*read)(std::string_view value, Query& query);
};

bool read_number(std::string_view text, std::size_t least, std::size_t max, std::size_t& number) {
  std::size_t parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (error != std::errc{} || end != text.data() + text.size() || parsed < least || parsed > max) return false;
  number = parsed;
  return true;
}

bool read_limit(std::string_view value, Query& query) { return read_number(value, 1, Query::k_max_limit, query.limit); }

bool read_sets_limit(std::string_view value, Query& query) {
  return read_number(value, 1, Query::k_max_limit, query.sets.limit);
}

bool read_offset(std::string_view value, Query& query) {
  return read_number(value, 0, std::numeric_limits<std::uint32_t>::max(), query.sets.offset);
}

template <class Value, std::size_t count>
bool read_word(std::string_view text, const std::array<std::pair<std::string_view, Value>, count>& words,
               Value& value) {
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.first == text; });
  if (found == words.end()) return false;
  value = found->second;
  return true;
}

bool read_sort(std::string_view value, Query& query) {
  using Sort = sweep::SetQuery::Sort;
  return read_word(value,
                   std::array<std::pair<std::string_view, Sort>, 5>{{{"name", Sort::name},
                                                                     {"files", Sort::files},
                                                                     {"bytes", Sort::bytes},
                                                                     {"oldest", Sort::oldest},
                                                                     {"newest", Sort::newest}}},
                   query.sets.sort);
}

bool read_order(std::string_view value, Query& query) {
  using Order = sweep::SetQuery::Order;
  return read_word(
      value,
      std::array<std::pair<std::string_view, Order>, 2>{{{"asc", Order::ascending}, {"desc", Order::descending}}},
      query.sets.order);
}

bool read_group(std::string_view value, Query& query) {
  using Group = sweep::SetQuery::Group;
  return read_word(value,
                   std::array<std::pair<std::string_view, Group>, 2>{{{"set", Group::set}, {"symbol", Group::symbol}}},
                   query.sets.group);
}

bool read_match(std::string_view value, Query& query) {
  query.sets.match = value;
  std::transform(query.sets.match.begin(), query.sets.match.end(), query.sets.match.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return true;
}

bool read_path(std::string_view value, Query& query) {
  if (value.empty() || value.size() > k_max_path_bytes || value.front() == '/') return false;
  if (value.find('\0') != std::string_view::npos) return false;
  query.path = value;
  return true;
}

constexpr std::string_view k_limit_words = "a whole number from 1 to 1000";

constexpr std::array k_parameters{
    Parameter{Endpoint::sweeps, "limit", k_limit_words, read_limit},
    Parameter{Endpoint::removals, "limit", k_limit_words, read_limit},
    Parameter{Endpoint::sets, "limit", k_limit_words, read_sets_limit},
    Parameter{Endpoint::sets, "offset", "a whole number, 0 or above", read_offset},
    Parameter{Endpoint::sets, "sort", "name, files, bytes, oldest or newest", read_sort},
    Parameter{Endpoint::sets, "order", "asc or desc", read_order},
    Parameter{Endpoint::sets, "group", "set or symbol", read_group},
    Parameter{Endpoint::sets, "match", "any text", read_match},
    Parameter{Endpoint::explain, "path", "the path of a chart, relative to the chart directory", read_path},
};

}  // namespace

std::optional<http::Response> read_query(Endpoint endpoint, const Parameters& parameters, Query& query) {
  for (const auto& given : parameters) {
    const auto found = std::find_if(k_parameters.begin(), k_parameters.end(), [&](const Parameter& parameter) {
      return parameter.endpoint == endpoint && parameter.name == given.first;
    });
    if (found != k_parameters.end() && !found->read(given.second, query))
      return http::problem(400, fmt::format("The parameter {} cannot be '{}'; allowed: {}.", given.first,
                                            base::printable(given.second), found->allowed));
  }
  if (endpoint == Endpoint::explain && query.path.empty())
    return http::problem(400, "Name a chart: /charts/explain?path=RELIANCE_1day/technical_overview.png");
  return {};
}

}  // namespace reaper::api
