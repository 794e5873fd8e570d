#pragma once

#include "base/listen_address.hpp"
#include "base/log_level.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace reaper::config {

/// The value of `ENVIRONMENT`. It sets the defaults of the three limits.
enum class Preset { development, staging, production };

/// The use of a feature that some machines lack: automatic if available, or never.
enum class FeatureMode { automatic, off };

/// The largest `CHART_IO_CONCURRENCY`.
inline constexpr unsigned k_max_io_concurrency = 32;

/// All settings, checked. Numbers keep the unit and precision in which they were given, because the API shows them.
struct Settings {
  Preset environment = Preset::development;
  std::string output_dir;
  double max_age_hours = 0;
  double max_size_mb = 0;
  std::optional<double> max_size_percent;  ///< of the volume; the smaller of both limits is in force
  std::optional<double> volume_size_mb;    ///< size of the volume, if statfs(2) does not report it
  double cleanup_interval_minutes = 0;
  bool enable_cleanup = true;
  std::vector<std::string> file_patterns;
  double min_age_seconds = 0;
  base::ListenAddress listen;
  std::optional<base::ListenAddress> metrics_listen;
  std::string socket_group;         ///< as given; empty: none
  std::optional<gid_t> socket_gid;  ///< the id of socket_group, if it was looked up
  std::string admin_token_file;     ///< empty: none
  std::vector<std::string> allowed_hosts;
  std::string audit_file;  ///< empty: none
  base::LogFormat log_format = base::LogFormat::text;
  base::LogLevel log_level = base::LogLevel::info;
  FeatureMode watch = FeatureMode::automatic;
  double max_removals_per_second = 0;
  std::optional<unsigned> io_concurrency;  ///< calls in flight; empty: chosen from the measured time of a call
  FeatureMode sandbox = FeatureMode::automatic;
};

}  // namespace reaper::config
