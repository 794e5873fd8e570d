#pragma once

#include "base/listen_address.hpp"
#include "base/log_level.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace reaper::config {

/// What `ENVIRONMENT` picks: the defaults of the three limits.
enum class Preset { development, staging, production };

/// Whether something that not every machine can do is used where it can be, or never.
enum class FeatureMode { automatic, off };

/// Every setting, checked. Numbers stay in the unit and the precision they were given in, because the API shows them
/// that way.
struct Settings {
  Preset environment = Preset::development;
  std::string output_dir;
  double max_age_hours = 0;
  double max_size_mb = 0;
  std::optional<double> volume_size_mb;  ///< how much the volume may hold, where statfs(2) cannot know it
  double cleanup_interval_minutes = 0;
  bool enable_cleanup = true;
  std::vector<std::string> file_patterns;
  double min_age_seconds = 0;
  base::ListenAddress listen;
  std::optional<base::ListenAddress> metrics_listen;
  std::string socket_group;         ///< as given; empty: none
  std::optional<gid_t> socket_gid;  ///< what socket_group is, if that was looked up
  std::string admin_token_file;     ///< empty: none
  std::vector<std::string> allowed_hosts;
  std::string audit_file;  ///< empty: none
  base::LogFormat log_format = base::LogFormat::text;
  base::LogLevel log_level = base::LogLevel::info;
  FeatureMode watch = FeatureMode::automatic;
  double max_removals_per_second = 0;
  FeatureMode sandbox = FeatureMode::automatic;
};

}  // namespace reaper::config
