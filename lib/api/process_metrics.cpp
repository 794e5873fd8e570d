#include "api/process_metrics.hpp"

namespace reaper::api {
namespace {

using telemetry::PrometheusText;
using Type = PrometheusText::Type;

}  // namespace

void write_process_metrics(PrometheusText& text, const telemetry::ProcessUsage& usage) {
  const auto gauge_if_known = [&](std::string_view name, std::string_view help, const auto& value) {
    if (!value) return;
    text.family(name, Type::gauge, help);
    text.sample(*value);
  };
  text.family("process_cpu_seconds_total", Type::counter, "Total user and system CPU time spent in seconds.");
  text.sample(usage.cpu.count());
  gauge_if_known("process_resident_memory_bytes", "Resident memory size in bytes.", usage.resident_bytes);
  gauge_if_known("process_virtual_memory_bytes", "Virtual memory size in bytes.", usage.virtual_bytes);
  gauge_if_known("process_open_fds", "Number of open file descriptors.", usage.open_descriptors);
  gauge_if_known("process_max_fds", "Maximum number of open file descriptors.", usage.max_descriptors);
  if (!usage.started) return;
  text.family("process_start_time_seconds", Type::gauge, "Start time of the process since unix epoch in seconds.");
  text.sample(std::chrono::duration<double>(usage.started->time_since_epoch()).count());
}

}  // namespace reaper::api
