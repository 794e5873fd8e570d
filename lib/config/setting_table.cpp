#include "config/setting_table.hpp"

#include "base/boolean_words.hpp"
#include "config/values.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace reaper::config {
namespace {

/// Parses a value with `parse`, which returns an optional, and stores it in `member`.
template <auto member, auto parse>
bool read(std::string_view text, Settings& settings) {
  auto value = parse(text);
  if (!value) return false;
  settings.*member = *std::move(value);
  return true;
}

template <auto member, Lowest lowest, std::int64_t max>
bool read_decimal(std::string_view text, Settings& settings) {
  return read<member, [](std::string_view given) { return parse_decimal(given, lowest, static_cast<double>(max)); }>(
      text, settings);
}

/// Accepts any text. A path is checked when it is used, and load() looks up a group.
std::optional<std::string> parse_text(std::string_view text) { return std::string(text); }

// The upper limits keep nanoseconds and bytes below 63 bits, and catch numbers in a wrong unit.
constexpr std::array k_settings{
    Setting{.variable = "ENVIRONMENT",
            .option = "environment",
            .value_name = "NAME",
            .default_value = "development",
            .description = "preset: development, staging or production",
            .allowed = "development, staging or production",
            .read = read<&Settings::environment, parse_preset>},
    Setting{.variable = "CHART_OUTPUT_DIR",
            .option = "output-dir",
            .value_name = "DIR",
            .default_value = "./output/charts",
            .description = "the chart directory; created if missing",
            .allowed = "the path of a directory other than /, which holds more than charts",
            .read = read<&Settings::output_dir, parse_root_path>},
    Setting{.variable = "CHART_MAX_AGE_HOURS",
            .option = "max-age-hours",
            .value_name = "HOURS",
            .preset_value = &PresetValues::max_age_hours,
            .description = "remove charts older than this",
            .allowed = "a decimal number above 0, at most 876000",
            .read = read_decimal<&Settings::max_age_hours, Lowest::above_zero, 876'000>},
    Setting{.variable = "CHART_MAX_SIZE_MB",
            .option = "max-size-mb",
            .value_name = "MB",
            .preset_value = &PresetValues::max_size_mb,
            .description = "remove the oldest charts while the total exceeds this; 1 MB is 1048576 bytes",
            .allowed = "a decimal number above 0, at most 1000000000000",
            .read = read_decimal<&Settings::max_size_mb, Lowest::above_zero, 1'000'000'000'000>},
    Setting{.variable = "CHART_MAX_SIZE_PERCENT",
            .option = "max-size-percent",
            .value_name = "PERCENT",
            .description = "limit the charts to this share of the volume, too; the smaller limit is in force",
            .allowed = "a decimal number above 0, at most 100, with or without %",
            .read = read<&Settings::max_size_percent, parse_percent>},
    Setting{.variable = "CHART_VOLUME_SIZE_MB",
            .option = "volume-size-mb",
            .value_name = "MB",
            .description = "size of the volume if it cannot report it: the sizeLimit of an emptyDir",
            .allowed = "a decimal number above 0, at most 1000000000000",
            .read = read_decimal<&Settings::volume_size_mb, Lowest::above_zero, 1'000'000'000'000>},
    Setting{.variable = "CHART_CLEANUP_INTERVAL_MINUTES",
            .option = "cleanup-interval-minutes",
            .value_name = "MINUTES",
            .preset_value = &PresetValues::cleanup_interval_minutes,
            .description = "time between two automatic sweeps",
            .allowed = "a decimal number above 0, at most 525600",
            .read = read_decimal<&Settings::cleanup_interval_minutes, Lowest::above_zero, 525'600>},
    Setting{.variable = "CHART_ENABLE_CLEANUP",
            .option = "enable-cleanup",
            .value_name = "BOOL",
            .default_value = "true",
            .description = "run sweeps automatically; POST and DELETE always work",
            .allowed = "true or false, 1 or 0, yes or no, on or off",
            .read = read<&Settings::enable_cleanup, base::parse_boolean>},
    Setting{
        .variable = "CHART_FILE_PATTERNS",
        .option = "file-patterns",
        .value_name = "GLOBS",
        .default_value = "*.png",
        .description = "comma-separated globs; a chart's name matches one of them",
        .allowed =
            "comma-separated globs for file names, none of them empty, in quotes, with a / or with blanks around it",
        .read = read<&Settings::file_patterns, parse_patterns>},
    Setting{.variable = "CHART_MIN_AGE_SECONDS",
            .option = "min-age-seconds",
            .value_name = "SECONDS",
            .default_value = "60",
            .description = "never remove younger charts automatically",
            .allowed = "a decimal number, 0 or above, at most 31536000",
            .read = read_decimal<&Settings::min_age_seconds, Lowest::zero, 31'536'000>},
    Setting{.variable = "CHART_LISTEN",
            .option = "listen",
            .value_name = "ADDRESS",
            .default_value = "127.0.0.1:8010",
            .description = "admin listener: address:port, [v6]:port or unix:/path; port 0 picks a free port",
            .allowed = "address:port with a numeric address, [v6]:port, or unix:/path of at most 107 bytes",
            .read = read<&Settings::listen, base::parse_listen_address>},
    Setting{.variable = "CHART_METRICS_LISTEN",
            .option = "metrics-listen",
            .value_name = "ADDRESS",
            .description = "read-only listener for probes and Prometheus",
            .allowed = "address:port with a numeric address, [v6]:port, or unix:/path of at most 107 bytes",
            .read = read<&Settings::metrics_listen, base::parse_listen_address>},
    Setting{.variable = "CHART_SOCKET_GROUP",
            .option = "socket-group",
            .value_name = "GROUP",
            .description = "group, by name or number, whose members may use the Unix sockets",
            .allowed = "the name of a group in /etc/group, or a number up to 4294967294",
            .read = read<&Settings::socket_group, parse_text>},
    Setting{.variable = "CHART_ADMIN_TOKEN_FILE",
            .option = "admin-token-file",
            .value_name = "FILE",
            .description = "file with the bearer token for POST and DELETE",
            .allowed = "the path of a file",
            .read = read<&Settings::admin_token_file, parse_text>},
    Setting{.variable = "CHART_ALLOWED_HOSTS",
            .option = "allowed-hosts",
            .value_name = "HOSTS",
            .description = "comma-separated extra host names to accept in the Host of a POST or DELETE",
            .allowed = "comma-separated host names or IP addresses, without scheme, port or blanks",
            .read = read<&Settings::allowed_hosts, parse_hosts>},
    Setting{.variable = "CHART_AUDIT_FILE",
            .option = "audit-file",
            .value_name = "FILE",
            .description = "also write each removal to this file, as a line of JSON",
            .allowed = "the path of a file",
            .read = read<&Settings::audit_file, parse_text>},
    Setting{.variable = "CHART_LOG_FORMAT",
            .option = "log-format",
            .value_name = "FORMAT",
            .default_value = "text",
            .description = "format of log lines: text or json",
            .allowed = "text or json",
            .read = read<&Settings::log_format, parse_log_format>},
    Setting{.variable = "CHART_LOG_LEVEL",
            .option = "log-level",
            .value_name = "LEVEL",
            .default_value = "info",
            .description = "lowest level to log: debug, info, warning or error",
            .allowed = "debug, info, warning or error",
            .read = read<&Settings::log_level, parse_log_level>},
    Setting{.variable = "CHART_WATCH",
            .option = "watch",
            .value_name = "MODE",
            .default_value = "auto",
            .description = "follow changes between sweeps: auto or off",
            .allowed = "auto or off",
            .read = read<&Settings::watch, parse_feature_mode>},
    Setting{.variable = "CHART_MAX_REMOVALS_PER_SECOND",
            .option = "max-removals-per-second",
            .value_name = "NUMBER",
            .default_value = "0",
            .description = "speed limit for long removals; 0 for none",
            .allowed = "a decimal number, 0 or above, at most 1000000",
            .read = read_decimal<&Settings::max_removals_per_second, Lowest::zero, 1'000'000>},
    Setting{.variable = "CHART_IO_CONCURRENCY",
            .option = "io-concurrency",
            .value_name = "NUMBER",
            .default_value = "auto",
            .description = "calls in flight on the volume: auto, or a number from 1 to 32",
            .allowed = "auto, or a whole number from 1 to 32",
            .read = read<&Settings::io_concurrency, parse_concurrency>},
    Setting{.variable = "CHART_SANDBOX",
            .option = "sandbox",
            .value_name = "USE",
            .default_value = "auto",
            .description = "give up rights that the daemon does not need: auto or off",
            .allowed = "auto or off",
            .read = read<&Settings::sandbox, parse_feature_mode>},
};

}  // namespace

std::span<const Setting> setting_table() { return k_settings; }

}  // namespace reaper::config
