#include "api/route.hpp"

#include "api/target.hpp"
#include "base/boolean_words.hpp"
#include "base/printable.hpp"

#include <fmt/format.h>

#include <climits>
#include <optional>
#include <utility>

namespace reaper::api {
namespace {

/// Returns all routes on one line, for a client that missed them.
std::string list_of_routes() {
  std::string list;
  for (const ServedPath& path : served_paths())
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", to_string(path.method), path.path);
  return list;
}

http::Response no_content(std::string_view allowed) {
  http::Response response;
  response.status = 204;
  response.content_type.clear();
  response.headers.emplace_back("Allow", allowed);
  return response;
}

http::Response method_not_allowed(const ServedPath& path) {
  const std::string_view allowed = allowed_methods(path);
  http::Response response = http::problem(405, fmt::format("{} allows {}.", path.path, allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

http::Response not_found(std::vector<std::string> segments) {
  if (segments.back().empty()) {
    segments.pop_back();
    if (const ServedPath* meant = segments.empty() ? nullptr : find_path(segments))
      return http::problem(404, fmt::format("Leave out the slash at the end: the route is {}.", meant->path));
    if (segments.size() == 2 && segments[0] == "charts")
      return http::problem(400, "The interval is empty; a chart set is /charts/{symbol}/{interval}.");
  }
  return http::problem(404, fmt::format("There is no such route. The routes are: {}.", list_of_routes()));
}

/// Stores the directory name of a chart set in `set`. Returns a refusal if no such set can exist.
std::optional<http::Response> read_set(const std::vector<std::string>& segments, std::string& set) {
  const std::string& interval = segments[2];
  // `BTC_1` and `h_x` would name the directory of symbol `BTC_1_h` and interval `x`: a different set.
  if (interval.find('_') != std::string::npos)
    return http::problem(400,
                         "An interval cannot contain '_': it is the part after the last '_' of {symbol}_{interval}.");
  set = segments[1] + '_' + interval;
  if (set.size() > NAME_MAX)
    return http::problem(400, fmt::format("The name of the chart set has {} bytes; a directory's name has at most {}.",
                                          set.size(), NAME_MAX));
  return {};
}

/// Refuses all parameters of a reload. A reload has no dry run, so `dry_run` must not be ignored.
std::optional<http::Response> refuse_parameters(const Target& target, const ServedPath& path) {
  if (target.parameters.empty()) return {};
  return http::problem(400, fmt::format("Unknown parameter '{}'; {} takes none.",
                                        base::printable(target.parameters.front().first), path.path));
}

/// Parses `dry_run`. A misspelt one must not become a removal, so every other parameter or value is refused.
std::optional<http::Response> read_parameters(const Target& target, sweep::DryRun& dry_run) {
  bool given = false;
  for (const auto& [name, value] : target.parameters) {
    if (name != "dry_run")
      return http::problem(400, fmt::format("Unknown parameter '{}'; allowed: dry_run.", base::printable(name)));
    if (std::exchange(given, true)) return http::problem(400, "The parameter dry_run is given more than once.");
    const std::optional<bool> parsed = base::parse_boolean(value);  // Python clients write `True`
    if (!parsed)
      return http::problem(400, fmt::format("The parameter dry_run cannot be '{}'; allowed: true, false, 1, 0, yes, "
                                            "no, on, off.",
                                            base::printable(value)));
    dry_run = *parsed ? sweep::DryRun::yes : sweep::DryRun::no;
  }
  return {};
}

/// Returns the operation of the method on this path, or the final answer.
std::variant<Operation, http::Response> parse_operation(const ServedPath& path, http::Method method,
                                                        const Target& target) {
  if (method == http::Method::options) return no_content(allowed_methods(path));
  const bool reads = path.method == http::Method::get;
  if (method != path.method && !(reads && method == http::Method::head)) return method_not_allowed(path);

  Operation operation{path.endpoint, sweep::DryRun::no, {}, {}};
  if (reads) {
    if (auto refusal = read_query(path.endpoint, target.parameters, operation.query)) return *std::move(refusal);
    return operation;
  }
  if (operation.endpoint == Endpoint::reload) {
    if (auto refusal = refuse_parameters(target, path)) return *std::move(refusal);
    return operation;
  }
  if (operation.endpoint == Endpoint::remove_set)
    if (auto refusal = read_set(target.segments, operation.set)) return *std::move(refusal);
  if (auto refusal = read_parameters(target, operation.dry_run)) return *std::move(refusal);
  return operation;
}

}  // namespace

Route parse_route(http::Method method, std::string_view target) {
  const std::variant<Target, BadTarget> parsed = parse_target(target);
  Route route;
  if (const auto* bad = std::get_if<BadTarget>(&parsed)) {
    route.outcome = http::problem(400, bad->reason);
    return route;
  }
  const Target& parts = std::get<Target>(parsed);
  const ServedPath* path = find_path(parts.segments);
  if (path == nullptr) {
    route.outcome = not_found(parts.segments);
    return route;
  }
  route.label = path->path;
  route.priority = path->priority;
  route.outcome = parse_operation(*path, method, parts);
  if (std::holds_alternative<Operation>(route.outcome)) route.audience = path->audience;
  return route;
}

}  // namespace reaper::api
