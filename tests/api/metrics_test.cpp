#include "api/metrics.hpp"

#include "support/catch.hpp"

#include "api/fakes.hpp"
#include "volume/volume_kinds.hpp"

#include <cstdint>
#include <string>

using namespace std::chrono_literals;
using namespace reaper;
using api::metrics_text;
using telemetry::MetricsFormat;
using test::k_now;

namespace {

sweep::Totals some_totals() {
  sweep::Totals totals;
  totals.removed = {{{7, 3500000}, {2, 900000}, {3, 600000}, {1, 400000}}};
  totals.skipped = {{"busy", 4}, {"odd", 1}};
  totals.errors_by_operation = {{"unlinkat", 3}, {"fchmodat", 1}};
  totals.sweeps = {{{sweep::Trigger::start, true}, 1}, {{sweep::Trigger::timer, false}, 2}};
  totals.directories_removed = 5;
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
# HELP chart_reaper_limit_bytes Maximum size of all charts.
# TYPE chart_reaper_limit_bytes gauge
chart_reaper_limit_bytes 1048576000
# HELP chart_reaper_max_age_seconds Maximum age of charts; older ones are removed.
# TYPE chart_reaper_max_age_seconds gauge
chart_reaper_max_age_seconds 1800
# HELP chart_reaper_cleanup_interval_seconds Time between two automatic sweeps.
# TYPE chart_reaper_cleanup_interval_seconds gauge
chart_reaper_cleanup_interval_seconds 3600
# HELP chart_reaper_paused 1 while this reason stops removals that the settings ask for, else 0.
# TYPE chart_reaper_paused gauge
chart_reaper_paused{why="clock"} 1
chart_reaper_paused{why="disabled"} 0
chart_reaper_paused{why="hung"} 0
chart_reaper_paused{why="no_gain"} 0
chart_reaper_paused{why="root"} 0
# HELP chart_reaper_problem 1 while the problem of this code holds, else 0.
# TYPE chart_reaper_problem gauge
chart_reaper_problem{code="root_unusable"} 0
chart_reaper_problem{code="hung"} 0
chart_reaper_problem{code="removal_failing"} 0
chart_reaper_problem{code="over_limit"} 0
chart_reaper_problem{code="limit_unreachable"} 0
chart_reaper_problem{code="only_young_charts"} 0
chart_reaper_problem{code="no_gain"} 0
chart_reaper_problem{code="low_space"} 0
chart_reaper_problem{code="low_inodes"} 0
chart_reaper_problem{code="usage_critical"} 0
chart_reaper_problem{code="usage_high"} 0
chart_reaper_problem{code="many_errors"} 0
chart_reaper_problem{code="retention_short"} 0
chart_reaper_problem{code="unreadable"} 0
chart_reaper_problem{code="clock_untrusted"} 1
chart_reaper_problem{code="cleanup_disabled"} 0
chart_reaper_problem{code="settings_conflict"} 0
chart_reaper_problem{code="memory_short"} 0
chart_reaper_problem{code="other_cleaner"} 0
chart_reaper_problem{code="other_reaper"} 0
chart_reaper_problem{code="future_times"} 0
chart_reaper_problem{code="weaker_protection"} 0
chart_reaper_problem{code="not_watched"} 0
chart_reaper_problem{code="figures_partial"} 0
# HELP chart_reaper_root_usable 1 if the chart directory can be used, else 0.
# TYPE chart_reaper_root_usable gauge
chart_reaper_root_usable 1
# HELP chart_reaper_volume_info File system of the chart directory, and its leases, locks and renames; the value is always 1.
# TYPE chart_reaper_volume_info gauge
chart_reaper_volume_info{type="fuse.sshfs",kind="network",leases="no",locks="local",rename="atomic"} 1
# HELP chart_reaper_role 1 for the role of this process among the reapers of its chart directory, else 0.
# TYPE chart_reaper_role gauge
chart_reaper_role{role="active"} 0
chart_reaper_role{role="standby"} 0
chart_reaper_role{role="unlocked"} 1
# HELP chart_reaper_sandboxed 1 if this part of the sandbox is active, else 0.
# TYPE chart_reaper_sandboxed gauge
chart_reaper_sandboxed{part="files"} 1
chart_reaper_sandboxed{part="network"} 0
# HELP chart_reaper_charts Charts on the volume.
# TYPE chart_reaper_charts gauge
chart_reaper_charts 45
# HELP chart_reaper_chart_sets Directories that hold charts.
# TYPE chart_reaper_chart_sets gauge
chart_reaper_chart_sets 12
# HELP chart_reaper_size_bytes Size of all charts.
# TYPE chart_reaper_size_bytes gauge
chart_reaper_size_bytes 262144000
# HELP chart_reaper_allocated_bytes Space of the charts on the volume, in whole blocks.
# TYPE chart_reaper_allocated_bytes gauge
chart_reaper_allocated_bytes 262148096
# HELP chart_reaper_future_charts Charts whose time was in the future when first seen.
# TYPE chart_reaper_future_charts gauge
chart_reaper_future_charts 2
# HELP chart_reaper_usage_ratio Size of all charts divided by the limit; 1 means full.
# TYPE chart_reaper_usage_ratio gauge
chart_reaper_usage_ratio 0.25
# HELP chart_reaper_watching 1 if inotify reports changes on the volume; 0 if scans at intervals find them.
# TYPE chart_reaper_watching gauge
chart_reaper_watching 1
# HELP chart_reaper_watches Directories that are watched with inotify.
# TYPE chart_reaper_watches gauge
chart_reaper_watches 12
# HELP chart_reaper_watches_limit Maximum number of watched directories that the user's inotify limit and the memory limit allow.
# TYPE chart_reaper_watches_limit gauge
chart_reaper_watches_limit 5000
# HELP chart_reaper_only_counted_charts Charts that are counted but not known by name, because the memory limit is too small for all.
# TYPE chart_reaper_only_counted_charts gauge
chart_reaper_only_counted_charts 0
# HELP chart_reaper_charts_written_total Charts written since the start.
# TYPE chart_reaper_charts_written_total counter
chart_reaper_charts_written_total 17
# HELP chart_reaper_drifted_charts_total Charts that full scans found changed although inotify reported nothing; the figures were wrong until then.
# TYPE chart_reaper_drifted_charts_total counter
chart_reaper_drifted_charts_total 3
# HELP chart_reaper_vanished_charts_total Charts removed by other programs.
# TYPE chart_reaper_vanished_charts_total counter
chart_reaper_vanished_charts_total 6
# HELP chart_reaper_oldest_chart_age_seconds Age of the oldest chart.
# TYPE chart_reaper_oldest_chart_age_seconds gauge
chart_reaper_oldest_chart_age_seconds 90.5
# HELP chart_reaper_volume_free_bytes Free space of the volume.
# TYPE chart_reaper_volume_free_bytes gauge
chart_reaper_volume_free_bytes 5000
# HELP chart_reaper_volume_free_inodes Free inodes of the volume; each new chart takes one.
# TYPE chart_reaper_volume_free_inodes gauge
chart_reaper_volume_free_inodes 600
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
# HELP chart_reaper_skipped_charts_total Charts left for a later sweep, by reason; a chart counts once until it changes.
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
chart_reaper_errors_total{operation="removal"} 0
chart_reaper_errors_total{operation="renameat2"} 0
chart_reaper_errors_total{operation="root"} 0
chart_reaper_errors_total{operation="statx"} 0
chart_reaper_errors_total{operation="unlinkat"} 3
# HELP chart_reaper_sweeps_total Sweeps, by trigger and result.
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
# HELP chart_reaper_last_sweep_timestamp_seconds End of the last sweep, in seconds since 1970.
# TYPE chart_reaper_last_sweep_timestamp_seconds gauge
chart_reaper_last_sweep_timestamp_seconds 1769850890.5
# HELP chart_reaper_last_sweep_errors Errors in the last sweep.
# TYPE chart_reaper_last_sweep_errors gauge
chart_reaper_last_sweep_errors 3
# HELP chart_reaper_sweep_duration_seconds Duration of sweeps in seconds.
# TYPE chart_reaper_sweep_duration_seconds histogram
chart_reaper_sweep_duration_seconds_bucket{le="0.001"} 0
chart_reaper_sweep_duration_seconds_bucket{le="0.005"} 0
chart_reaper_sweep_duration_seconds_bucket{le="0.01"} 0
chart_reaper_sweep_duration_seconds_bucket{le="0.05"} 0
chart_reaper_sweep_duration_seconds_bucket{le="0.1"} 0
chart_reaper_sweep_duration_seconds_bucket{le="0.5"} 1
chart_reaper_sweep_duration_seconds_bucket{le="1.0"} 1
chart_reaper_sweep_duration_seconds_bucket{le="5.0"} 1
chart_reaper_sweep_duration_seconds_bucket{le="10.0"} 1
chart_reaper_sweep_duration_seconds_bucket{le="30.0"} 1
chart_reaper_sweep_duration_seconds_bucket{le="60.0"} 1
chart_reaper_sweep_duration_seconds_bucket{le="300.0"} 1
chart_reaper_sweep_duration_seconds_bucket{le="600.0"} 1
chart_reaper_sweep_duration_seconds_bucket{le="+Inf"} 1
chart_reaper_sweep_duration_seconds_sum 0.5
chart_reaper_sweep_duration_seconds_count 1
# HELP chart_reaper_log_lines_dropped_total Log lines dropped because the reader was too slow.
# TYPE chart_reaper_log_lines_dropped_total counter
chart_reaper_log_lines_dropped_total 6
# HELP chart_reaper_audit_lines_lost_total Removals that could not be written to the audit file.
# TYPE chart_reaper_audit_lines_lost_total counter
chart_reaper_audit_lines_lost_total 2
# HELP chart_reaper_http_requests_total Requests that reached a route, by path, method and status code.
# TYPE chart_reaper_http_requests_total counter
# HELP chart_reaper_http_request_duration_seconds Time from a request to its answer in seconds, by route; removals wait for their sweep.
# TYPE chart_reaper_http_request_duration_seconds histogram
# HELP chart_reaper_http_connections_total Connections accepted, by listener.
# TYPE chart_reaper_http_connections_total counter
chart_reaper_http_connections_total{listener="admin"} 20
chart_reaper_http_connections_total{listener="metrics"} 0
# HELP chart_reaper_http_refused_total Requests refused, and connections closed or not accepted, by listener and reason.
# TYPE chart_reaper_http_refused_total counter
chart_reaper_http_refused_total{listener="admin",why="busy"} 6
chart_reaper_http_refused_total{listener="admin",why="forbidden"} 5
chart_reaper_http_refused_total{listener="admin",why="malformed"} 3
chart_reaper_http_refused_total{listener="admin",why="resources"} 2
chart_reaper_http_refused_total{listener="admin",why="room"} 1
chart_reaper_http_refused_total{listener="admin",why="timeout"} 4
chart_reaper_http_refused_total{listener="metrics",why="busy"} 0
chart_reaper_http_refused_total{listener="metrics",why="forbidden"} 0
chart_reaper_http_refused_total{listener="metrics",why="malformed"} 0
chart_reaper_http_refused_total{listener="metrics",why="resources"} 0
chart_reaper_http_refused_total{listener="metrics",why="room"} 0
chart_reaper_http_refused_total{listener="metrics",why="timeout"} 0
# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 1.25
# HELP process_resident_memory_bytes Resident memory size in bytes.
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 4096000
# HELP process_open_fds Number of open file descriptors.
# TYPE process_open_fds gauge
process_open_fds 12
# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1769850870
)";

/// Returns the metrics of a daemon that has done nothing yet.
std::string text_of(const sweep::Storage* storage, MetricsFormat format = MetricsFormat::prometheus,
                    std::uint64_t limit_bytes = 1000 * 1024 * 1024) {
  const sweep::Totals totals;
  const sweep::History history;
  const api::RequestMetrics requests;
  return metrics_text({.version = "1",
                       .limits = {24, 1000, 60, true},
                       .limit_bytes = limit_bytes,
                       .now = k_now,
                       .storage = storage,
                       .totals = totals,
                       .history = history,
                       .requests = requests,
                       .assessment = {}},
                      format);
}

bool has(const std::string& text, const std::string& name) {
  return text.find("# TYPE " + name + " ") != std::string::npos;
}

}  // namespace

TEST_CASE("the metrics of a known snapshot are known byte for byte") {
  sweep::Storage storage;
  storage.files = 45;
  storage.sets = 12;
  storage.bytes = 250 * 1024 * 1024;
  storage.allocated_bytes = storage.bytes + 4096;
  storage.future_files = 2;
  storage.oldest = k_now - 90500ms;
  storage.free_bytes = 5000;
  storage.free_inodes = 600;
  storage.watched = true;
  storage.charts_written = 17;
  storage.watches = 12;
  storage.max_watches = 5000;
  storage.drifted_charts = 3;
  storage.vanished_charts = 6;
  const sweep::Totals totals = some_totals();
  sweep::History history;
  history.note(*totals.last);
  const api::RequestMetrics requests;
  const http::Counters admin{.connections = 20,
                             .closed_for_room = 1,
                             .accept_failures = 2,
                             .requests = 30,
                             .malformed = 3,
                             .timeouts = 4,
                             .turned_away = 6,
                             .failed_attempts = 5};
  const http::Counters metrics;
  telemetry::ProcessUsage process;
  process.cpu = 1250ms;
  process.resident_bytes = 4096000;
  process.open_descriptors = 12;
  process.started = k_now - 30s;
  assessment::Assessment assessment;
  assessment.problems.push_back({.code = assessment::Code::clock_untrusted});
  const volume::VolumeTraits sshfs = volume::traits_of(0x65735546, volume::Mount{"fuse.sshfs", "host:/a", "rw"});
  CHECK(metrics_text({.version = "1.2.3",
                      .limits = {0.5, 1000, 60, true},
                      .limit_bytes = 1000 * 1024 * 1024,
                      .now = k_now,
                      .storage = &storage,
                      .totals = totals,
                      .history = history,
                      .requests = requests,
                      .assessment = assessment,
                      .listeners = {{"admin", &admin}, {"metrics", &metrics}},
                      .process = process,
                      .sandbox = {{"files", true}, {"network", false}},
                      .log_lines_dropped = 6,
                      .audit_lines_lost = 2,
                      .volume = &sshfs},
                     MetricsFormat::prometheus) == k_known_text);
}

TEST_CASE("limit and usage are those in force, not those of the settings") {
  sweep::Storage storage;
  storage.bytes = 1'200'000;
  const std::string text = text_of(&storage, MetricsFormat::prometheus, 1'600'000);
  CHECK(text.find("\nchart_reaper_limit_bytes 1600000\n") != std::string::npos);
  CHECK(text.find("\nchart_reaper_usage_ratio 0.75\n") != std::string::npos);
}

TEST_CASE("before the first scan the volume's figures are missing and the counters are there") {
  const std::string text = text_of(nullptr);
  for (const char* name : {"charts", "chart_sets", "size_bytes", "usage_ratio", "oldest_chart_age_seconds",
                           "volume_free_bytes", "last_sweep_timestamp_seconds", "last_sweep_errors"})
    CHECK_FALSE(has(text, std::string("chart_reaper_") + name));
  for (const char* line :
       {"chart_reaper_removed_charts_total{reason=\"over_limit\"} 0\n",
        "chart_reaper_skipped_charts_total{reason=\"busy\"} 0\n", "chart_reaper_errors_total{operation=\"statx\"} 0\n",
        "chart_reaper_sweeps_total{trigger=\"timer\",result=\"error\"} 0\n",
        "chart_reaper_sweep_duration_seconds_count 0\n"})
    CHECK(text.find(line) != std::string::npos);
}

TEST_CASE("an empty volume has no oldest chart") {
  const sweep::Storage storage;
  const std::string text = text_of(&storage);
  CHECK(text.find("chart_reaper_charts 0\n") != std::string::npos);
  CHECK_FALSE(has(text, "chart_reaper_oldest_chart_age_seconds"));
  CHECK_FALSE(has(text, "chart_reaper_volume_free_bytes"));
  CHECK_FALSE(has(text, "chart_reaper_volume_free_inodes"));
}

TEST_CASE("OpenMetrics names a counter family without its suffix and ends with the EOF mark") {
  const std::string text = text_of(nullptr, MetricsFormat::open_metrics);
  CHECK(has(text, "chart_reaper_removed_charts"));
  CHECK_FALSE(has(text, "chart_reaper_removed_charts_total"));
  CHECK(text.find("\nchart_reaper_removed_charts_total{reason=\"expired\"} 0\n") != std::string::npos);
  CHECK(has(text, "chart_reaper_sweep_duration_seconds"));
  CHECK(text.ends_with("\n# EOF\n"));
}
