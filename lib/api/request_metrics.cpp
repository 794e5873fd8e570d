#include "api/request_metrics.hpp"

#include <fmt/format.h>

#include <array>

namespace reaper::api {
namespace {

using telemetry::PrometheusText;

/// From an answer out of memory to one that waited for a long sweep.
constexpr std::array k_duration_bounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0};

}  // namespace

void RequestMetrics::note(std::string_view route, http::Method method, unsigned code,
                          std::chrono::nanoseconds duration) {
  ++counts_[{route, to_string(method), code}];
  const auto [entry, is_new] = durations_.try_emplace(route, k_duration_bounds);
  entry->second.observe(std::chrono::duration<double>(duration).count());
}

void RequestMetrics::write(PrometheusText& text) const {
  text.family("chart_reaper_http_requests_total", PrometheusText::Type::counter,
              "Requests that reached a route, by path, method and status code.");
  for (const auto& [key, count] : counts_) {
    const auto& [route, method, code] = key;
    text.sample(count, {{"route", route}, {"method", method}, {"code", fmt::format("{}", code)}});
  }
  text.family("chart_reaper_http_request_duration_seconds", PrometheusText::Type::histogram,
              "Time from a request to its answer in seconds, by route; removals wait for their sweep.");
  for (const auto& [route, histogram] : durations_) text.sample(histogram, {{"route", route}});
}

}  // namespace reaper::api
