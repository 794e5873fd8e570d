#include "api/listener_metrics.hpp"

#include <array>
#include <cstdint>

namespace reaper::api {
namespace {

using telemetry::PrometheusText;
using Type = PrometheusText::Type;

struct Refusal {
  std::string_view why;
  std::uint64_t http::Counters::*count;
};

constexpr std::array k_refusals{
    Refusal{"busy", &http::Counters::turned_away},     Refusal{"forbidden", &http::Counters::failed_attempts},
    Refusal{"malformed", &http::Counters::malformed},  Refusal{"resources", &http::Counters::accept_failures},
    Refusal{"room", &http::Counters::closed_for_room}, Refusal{"timeout", &http::Counters::timeouts},
};

}  // namespace

void write_listener_metrics(PrometheusText& text, const std::vector<ListenerCounts>& listeners) {
  text.family("chart_reaper_http_connections_total", Type::counter, "Connections accepted, by listener.");
  for (const auto& [listener, counters] : listeners) text.sample(counters->connections, {{"listener", listener}});
  text.family("chart_reaper_http_refused_total", Type::counter,
              "Requests refused, and connections closed or not accepted, by listener and reason.");
  for (const auto& [listener, counters] : listeners)
    for (const Refusal& refusal : k_refusals)
      text.sample(counters->*refusal.count, {{"listener", listener}, {"why", refusal.why}});
}

}  // namespace reaper::api
