#include "api/metrics.hpp"

#include "support/catch.hpp"

#include "api/fakes.hpp"

#include <string>

using namespace std::chrono_literals;
using namespace reaper;
using api::metrics_text;
using api::MetricsSource;

namespace {

constexpr base::FileTime k_now = test::FixedClock::k_now;

sweep::Totals some_totals() {
  sweep::Totals totals;
  totals.removed = {{{7, 3500000}, {2, 900000}, {3, 600000}, {1, 400000}}};
  totals.skipped = {{"busy", 4}, {"odd", 1}};
  totals.errors_by_operation = {{"unlinkat", 3}, {"fchmodat", 1}};
  totals.sweeps = {{{sweep::Trigger::start, true}, 1}, {{sweep::Trigger::timer, false}, 2}};
  totals.directories_removed = 5;
  totals.time_sweeping = 1500ms;
  auto last = std::make_shared<sweep::Report>();
  last->started = k_now - 10s;
  last->duration = 500ms;
  last->errors = 3;
  totals.last = last;
  return totals;
}

const std::string k_known_text = R"(# HELP chart_reaper_build_info Version of the program; the value is always 1.
# TYPE chart_reaper_build_info gauge
chart_reaper_build_info{version="1.2.3"} 1
# HELP chart_reaper_limit_bytes Size that the charts are kept within.
# TYPE chart_reaper_limit_bytes gauge
chart_reaper_limit_bytes 1048576000
# HELP chart_reaper_max_age_seconds Age beyond which charts are removed.
# TYPE chart_reaper_max_age_seconds gauge
chart_reaper_max_age_seconds 1800
# HELP chart_reaper_root_usable Whether the chart directory can be used: 1 or 0.
# TYPE chart_reaper_root_usable gauge
chart_reaper_root_usable 1
# HELP chart_reaper_charts Charts on the volume.
# TYPE chart_reaper_charts gauge
chart_reaper_charts 45
# HELP chart_reaper_chart_sets Directories that hold charts.
# TYPE chart_reaper_chart_sets gauge
chart_reaper_chart_sets 12
# HELP chart_reaper_size_bytes Size of all charts.
# TYPE chart_reaper_size_bytes gauge
chart_reaper_size_bytes 262144000
# HELP chart_reaper_usage_ratio Size of all charts as a part of the limit; 1 is full.
# TYPE chart_reaper_usage_ratio gauge
chart_reaper_usage_ratio 0.25
# HELP chart_reaper_oldest_chart_age_seconds Age of the oldest chart.
# TYPE chart_reaper_oldest_chart_age_seconds gauge
chart_reaper_oldest_chart_age_seconds 90.5
# HELP chart_reaper_volume_free_bytes Free space of the volume.
# TYPE chart_reaper_volume_free_bytes gauge
chart_reaper_volume_free_bytes 5000
# HELP chart_reaper_removed_charts_total Charts removed, by reason.
# TYPE chart_reaper_removed_charts_total counter
chart_reaper_removed_charts_total{reason="expired"} 7
chart_reaper_removed_charts_total{reason="over_limit"} 2
chart_reaper_removed_charts_total{reason="disk_pressure"} 3
chart_reaper_removed_charts_total{reason="requested"} 1
# HELP chart_reaper_freed_bytes_total Bytes freed by removing charts, by reason.
# TYPE chart_reaper_freed_bytes_total counter
chart_reaper_freed_bytes_total{reason="expired"} 3500000
chart_reaper_freed_bytes_total{reason="over_limit"} 900000
chart_reaper_freed_bytes_total{reason="disk_pressure"} 600000
chart_reaper_freed_bytes_total{reason="requested"} 400000
# HELP chart_reaper_removed_directories_total Empty chart sets removed.
# TYPE chart_reaper_removed_directories_total counter
chart_reaper_removed_directories_total 5
# HELP chart_reaper_skipped_charts_total Charts left for a later sweep, by reason.
# TYPE chart_reaper_skipped_charts_total counter
chart_reaper_skipped_charts_total{reason="busy"} 4
chart_reaper_skipped_charts_total{reason="changed"} 0
chart_reaper_skipped_charts_total{reason="future"} 0
chart_reaper_skipped_charts_total{reason="not_tried"} 0
chart_reaper_skipped_charts_total{reason="odd"} 1
chart_reaper_skipped_charts_total{reason="young"} 0
# HELP chart_reaper_errors_total Failed operations on the volume, by system call.
# TYPE chart_reaper_errors_total counter
chart_reaper_errors_total{operation="fchmodat"} 1
chart_reaper_errors_total{operation="fcntl"} 0
chart_reaper_errors_total{operation="flock"} 0
chart_reaper_errors_total{operation="getdents64"} 0
chart_reaper_errors_total{operation="openat"} 0
chart_reaper_errors_total{operation="openat2"} 0
chart_reaper_errors_total{operation="renameat2"} 0
chart_reaper_errors_total{operation="root"} 0
chart_reaper_errors_total{operation="statx"} 0
chart_reaper_errors_total{operation="unlinkat"} 3
# HELP chart_reaper_sweeps_total Sweeps carried out, by what started them and how they went.
# TYPE chart_reaper_sweeps_total counter
chart_reaper_sweeps_total{trigger="start",result="ok"} 1
chart_reaper_sweeps_total{trigger="start",result="error"} 0
chart_reaper_sweeps_total{trigger="timer",result="ok"} 0
chart_reaper_sweeps_total{trigger="timer",result="error"} 2
chart_reaper_sweeps_total{trigger="limit",result="ok"} 0
chart_reaper_sweeps_total{trigger="limit",result="error"} 0
chart_reaper_sweeps_total{trigger="request",result="ok"} 0
chart_reaper_sweeps_total{trigger="request",result="error"} 0
chart_reaper_sweeps_total{trigger="command",result="ok"} 0
chart_reaper_sweeps_total{trigger="command",result="error"} 0
# HELP chart_reaper_sweep_seconds_total Time spent in sweeps.
# TYPE chart_reaper_sweep_seconds_total counter
chart_reaper_sweep_seconds_total 1.5
# HELP chart_reaper_last_sweep_timestamp_seconds When the last sweep ended, since 1970.
# TYPE chart_reaper_last_sweep_timestamp_seconds gauge
chart_reaper_last_sweep_timestamp_seconds 1769850890.5
# HELP chart_reaper_last_sweep_errors Errors in the last sweep.
# TYPE chart_reaper_last_sweep_errors gauge
chart_reaper_last_sweep_errors 3
# HELP chart_reaper_log_lines_dropped_total Log lines that nobody took.
# TYPE chart_reaper_log_lines_dropped_total counter
chart_reaper_log_lines_dropped_total 6
# HELP chart_reaper_sandboxed Whether this part of the sandbox is active: 1 or 0.
# TYPE chart_reaper_sandboxed gauge
chart_reaper_sandboxed{part="files"} 1
chart_reaper_sandboxed{part="network"} 0
)";

bool has(const std::string& text, const std::string& name) {
  return text.find("# TYPE " + name + " ") != std::string::npos;
}

}  // namespace

TEST_CASE("the metrics of a known snapshot are known to the letter") {
  sweep::Storage storage;
  storage.files = 45;
  storage.sets = 12;
  storage.bytes = 250 * 1024 * 1024;
  storage.oldest = k_now - 90500ms;
  storage.free_bytes = 5000;
  const sweep::Totals totals = some_totals();
  CHECK(metrics_text(MetricsSource{
            "1.2.3", {0.5, 1000, 60, true}, k_now, &storage, totals, true, 6, {{"files", true}, {"network", false}}}) ==
        k_known_text);
}

TEST_CASE("before the first look the figures of the volume are left out, and the counters are there") {
  const sweep::Totals totals;
  const std::string text = metrics_text(MetricsSource{"1.2.3", {24, 1000, 60, true}, k_now, nullptr, totals, false, 0});
  for (const char* name : {"charts", "chart_sets", "size_bytes", "usage_ratio", "oldest_chart_age_seconds",
                           "volume_free_bytes", "last_sweep_timestamp_seconds", "last_sweep_errors"})
    CHECK_FALSE(has(text, std::string("chart_reaper_") + name));
  for (const char* line :
       {"chart_reaper_root_usable 0\n", "chart_reaper_removed_charts_total{reason=\"over_limit\"} 0\n",
        "chart_reaper_skipped_charts_total{reason=\"busy\"} 0\n", "chart_reaper_errors_total{operation=\"statx\"} 0\n",
        "chart_reaper_sweeps_total{trigger=\"timer\",result=\"error\"} 0\n", "chart_reaper_sweep_seconds_total 0\n"})
    CHECK(text.find(line) != std::string::npos);
}

TEST_CASE("an empty volume has no oldest chart") {
  const sweep::Storage storage;
  const sweep::Totals totals;
  const std::string text = metrics_text(MetricsSource{"1", {24, 1000, 60, true}, k_now, &storage, totals, true, 0});
  CHECK(text.find("chart_reaper_charts 0\n") != std::string::npos);
  CHECK_FALSE(has(text, "chart_reaper_oldest_chart_age_seconds"));
  CHECK_FALSE(has(text, "chart_reaper_volume_free_bytes"));
}
