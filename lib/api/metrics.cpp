#include "api/metrics.hpp"

#include "api/limit_figures.hpp"
#include "api/paused.hpp"
#include "api/process_metrics.hpp"
#include "retention/policy.hpp"
#include "telemetry/prometheus_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

namespace reaper::api {
namespace {

using telemetry::PrometheusText;
using Type = PrometheusText::Type;

/// The system calls and skip reasons that are known in advance. Others appear when they first happen.
constexpr std::array k_operations{"fcntl",   "flock",     "getdents64", "openat", "openat2",
                                  "removal", "renameat2", "root",       "statx",  "unlinkat"};
constexpr std::array k_skip_reasons{"busy", "changed", "future", "not_tried", "young"};

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

template <class Value>
void metric(PrometheusText& text, std::string_view name, Type type, std::string_view help, Value value) {
  text.family(name, type, help);
  text.sample(value);
}

void write_limits(PrometheusText& text, const MetricsSource& source) {
  text.family("chart_reaper_build_info", Type::gauge, "Version of the program; the value is always 1.");
  text.sample(std::uint64_t{1}, {{"version", source.version}});
  metric(text, "chart_reaper_limit_bytes", Type::gauge, "Maximum size of all charts.", source.limit_bytes);
  metric(text, "chart_reaper_max_age_seconds", Type::gauge, "Maximum age of charts; older ones are removed.",
         source.limits.max_age_hours * 3600);
  metric(text, "chart_reaper_cleanup_interval_seconds", Type::gauge, "Time between two automatic sweeps.",
         source.limits.cleanup_interval_minutes * 60);
}

void write_volume(PrometheusText& text, const volume::VolumeTraits& volume) {
  text.family("chart_reaper_volume_info", Type::gauge,
              "File system of the chart directory, and its leases, locks and renames; the value is always 1.");
  text.sample(std::uint64_t{1}, {{"type", volume.type},
                                 {"kind", to_string(volume.kind)},
                                 {"leases", to_string(volume.leases)},
                                 {"locks", to_string(volume.locks)},
                                 {"rename", to_string(volume.rename)}});
}

void write_role(PrometheusText& text, volume::Role now) {
  text.family("chart_reaper_role", Type::gauge,
              "1 for the role of this process among the reapers of its chart directory, else 0.");
  for (const volume::Role role : {volume::Role::active, volume::Role::standby, volume::Role::unlocked})
    text.sample(std::uint64_t{role == now ? 1U : 0U}, {{"role", to_string(role)}});
}

void write_state(PrometheusText& text, const MetricsSource& source) {
  text.family("chart_reaper_paused", Type::gauge,
              "1 while this reason stops removals that the settings ask for, else 0.");
  const std::vector<Pause> pauses = pauses_of(source.assessment);
  for (const Pause pause : k_pauses) {
    const bool now = std::ranges::find(pauses, pause) != pauses.end();
    text.sample(std::uint64_t{now ? 1U : 0U}, {{"why", to_string(pause)}});
  }
  text.family("chart_reaper_problem", Type::gauge, "1 while the problem of this code holds, else 0.");
  for (const assessment::Code code : assessment::k_codes)
    text.sample(std::uint64_t{source.assessment.find(code) != nullptr ? 1U : 0U}, {{"code", to_string(code)}});
  const bool root_usable = source.assessment.find(assessment::Code::root_unusable) == nullptr;
  metric(text, "chart_reaper_root_usable", Type::gauge, "1 if the chart directory can be used, else 0.",
         std::uint64_t{root_usable ? 1U : 0U});
  if (source.volume != nullptr) write_volume(text, *source.volume);
  write_role(text, source.role);
  text.family("chart_reaper_sandboxed", Type::gauge, "1 if this part of the sandbox is active, else 0.");
  for (const SandboxPart& part : source.sandbox)
    text.sample(std::uint64_t{part.active ? 1U : 0U}, {{"part", part.name}});
}

void write_storage(PrometheusText& text, const MetricsSource& source, const sweep::Storage& storage) {
  metric(text, "chart_reaper_charts", Type::gauge, "Charts on the volume.", storage.files);
  metric(text, "chart_reaper_chart_sets", Type::gauge, "Directories that hold charts.", storage.sets);
  metric(text, "chart_reaper_size_bytes", Type::gauge, "Size of all charts.", storage.bytes);
  metric(text, "chart_reaper_allocated_bytes", Type::gauge, "Space of the charts on the volume, in whole blocks.",
         storage.allocated_bytes);
  metric(text, "chart_reaper_future_charts", Type::gauge, "Charts whose time was in the future when first seen.",
         storage.future_files);
  metric(text, "chart_reaper_usage_ratio", Type::gauge, "Size of all charts divided by the limit; 1 means full.",
         usage_ratio(storage, source.limit_bytes));
  metric(text, "chart_reaper_watching", Type::gauge,
         "1 if inotify reports changes on the volume; 0 if scans at intervals find them.",
         std::uint64_t{storage.watched ? 1U : 0U});
  metric(text, "chart_reaper_watches", Type::gauge, "Directories that are watched with inotify.", storage.watches);
  if (storage.max_watches)
    metric(text, "chart_reaper_watches_limit", Type::gauge,
           "Maximum number of watched directories that the user's inotify limit and the memory limit allow.",
           *storage.max_watches);
  metric(text, "chart_reaper_only_counted_charts", Type::gauge,
         "Charts that are counted but not known by name, because the memory limit is too small for all.",
         storage.only_counted);
  metric(text, "chart_reaper_charts_written_total", Type::counter, "Charts written since the start.",
         storage.charts_written);
  metric(text, "chart_reaper_drifted_charts_total", Type::counter,
         "Charts that full scans found changed although inotify reported nothing; the figures were wrong until then.",
         storage.drifted_charts);
  metric(text, "chart_reaper_vanished_charts_total", Type::counter, "Charts removed by other programs.",
         storage.vanished_charts);
  if (storage.oldest)
    metric(text, "chart_reaper_oldest_chart_age_seconds", Type::gauge, "Age of the oldest chart.",
           seconds(source.now - *storage.oldest));
  if (storage.free_bytes)
    metric(text, "chart_reaper_volume_free_bytes", Type::gauge, "Free space of the volume.", *storage.free_bytes);
  if (storage.free_inodes)
    metric(text, "chart_reaper_volume_free_inodes", Type::gauge, "Free inodes of the volume; each new chart takes one.",
           *storage.free_inodes);
}

void write_removals(PrometheusText& text, const sweep::Totals& totals) {
  text.family("chart_reaper_removed_charts_total", Type::counter, "Charts removed, by reason.");
  for (std::size_t i = 0; i < retention::k_reasons.size(); ++i)
    text.sample(totals.removed[i].files, {{"reason", to_string(retention::k_reasons[i])}});
  text.family("chart_reaper_freed_bytes_total", Type::counter, "Bytes freed by removing charts, by reason.");
  for (std::size_t i = 0; i < retention::k_reasons.size(); ++i)
    text.sample(totals.removed[i].bytes, {{"reason", to_string(retention::k_reasons[i])}});
  metric(text, "chart_reaper_removed_directories_total", Type::counter, "Empty chart sets removed.",
         totals.directories_removed);
}

/// Writes a counter with one label: the known names, and all others that were counted.
template <class Known, class Counts>
void write_counts(PrometheusText& text, std::string_view label, const Known& known, const Counts& counts) {
  std::map<std::string_view, std::uint64_t> all;
  for (const std::string_view name : known) all.emplace(name, 0);
  for (const auto& [name, count] : counts) all[name] = count;
  for (const auto& [name, count] : all) text.sample(count, {{label, name}});
}

void write_sweeps(PrometheusText& text, const sweep::Totals& totals) {
  text.family("chart_reaper_sweeps_total", Type::counter, "Sweeps, by trigger and result.");
  for (const sweep::Trigger trigger : sweep::k_triggers) {
    for (const bool ok : {true, false}) {
      const auto found = totals.sweeps.find({trigger, ok});
      text.sample(found == totals.sweeps.end() ? std::uint64_t{0} : found->second,
                  {{"trigger", to_string(trigger)}, {"result", ok ? "ok" : "error"}});
    }
  }
  if (!totals.last) return;
  const sweep::Report& last = *totals.last;
  metric(text, "chart_reaper_last_sweep_timestamp_seconds", Type::gauge,
         "End of the last sweep, in seconds since 1970.", seconds((last.started + last.duration).time_since_epoch()));
  metric(text, "chart_reaper_last_sweep_errors", Type::gauge, "Errors in the last sweep.", last.errors);
}

}  // namespace

std::string metrics_text(const MetricsSource& source, telemetry::MetricsFormat format) {
  PrometheusText text(format);
  write_limits(text, source);
  write_state(text, source);
  if (source.storage != nullptr) write_storage(text, source, *source.storage);
  write_removals(text, source.totals);
  text.family("chart_reaper_skipped_charts_total", Type::counter,
              "Charts left for a later sweep, by reason; a chart counts once until it changes.");
  write_counts(text, "reason", k_skip_reasons, source.totals.skipped);
  text.family("chart_reaper_errors_total", Type::counter, "Failed operations on the volume, by system call.");
  write_counts(text, "operation", k_operations, source.totals.errors_by_operation);
  write_sweeps(text, source.totals);
  text.family("chart_reaper_sweep_duration_seconds", Type::histogram, "Duration of sweeps in seconds.");
  text.sample(source.history.durations());
  metric(text, "chart_reaper_log_lines_dropped_total", Type::counter,
         "Log lines dropped because the reader was too slow.", source.log_lines_dropped);
  metric(text, "chart_reaper_audit_lines_lost_total", Type::counter,
         "Removals that could not be written to the audit file.", source.audit_lines_lost);
  source.requests.write(text);
  write_listener_metrics(text, source.listeners);
  write_process_metrics(text, source.process);
  return text.text();
}

}  // namespace reaper::api
