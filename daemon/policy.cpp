#include "policy.hpp"

#include "base/size.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <ratio>

namespace reaper::daemon {
namespace {

template <class Ratio>
std::chrono::nanoseconds nanoseconds(double count) {
  return std::chrono::round<std::chrono::nanoseconds>(std::chrono::duration<double, Ratio>(count));
}

std::uint64_t bytes_from(double mebibytes) {
  return static_cast<std::uint64_t>(std::llround(mebibytes * static_cast<double>(base::k_mebibyte)));
}

sweep::VolumeShare share_from(const config::Settings& settings) {
  sweep::VolumeShare share{.percent = settings.max_size_percent};
  if (settings.volume_size_mb) share.declared_bytes = bytes_from(*settings.volume_size_mb);
  return share;
}

}  // namespace

sweep::Policy policy_from(const config::Settings& settings) {
  return {.limits = {.max_age = nanoseconds<std::ratio<3600>>(settings.max_age_hours),
                     .max_size_bytes = bytes_from(settings.max_size_mb),
                     .min_age = nanoseconds<std::ratio<1>>(settings.min_age_seconds)},
          .patterns = base::GlobList(settings.file_patterns),
          .max_removals_per_second = settings.max_removals_per_second,
          .share = share_from(settings)};
}

sweep::ServiceSettings service_settings_from(const config::Settings& settings) {
  sweep::Policy policy = policy_from(settings);
  policy.automatic = settings.enable_cleanup;
  return {.policy = std::move(policy), .interval = nanoseconds<std::ratio<60>>(settings.cleanup_interval_minutes)};
}

assessment::SettingFacts setting_facts_from(const config::Settings& settings) {
  const sweep::Policy policy = policy_from(settings);
  const retention::Limits& limits = policy.limits;
  return {.cleanup_enabled = settings.enable_cleanup,
          .wants_watches = settings.watch == config::FeatureMode::automatic,
          .max_age = limits.max_age,
          .min_age = limits.min_age,
          .limit_bytes = limits.max_size_bytes,
          .declared_bytes = policy.share.declared_bytes,
          .max_size_percent = policy.share.percent};
}

api::ConfiguredLimits limits_from(const config::Settings& settings) {
  return {settings.max_age_hours, settings.max_size_mb, settings.cleanup_interval_minutes, settings.enable_cleanup};
}

volume::PoolWidth pool_width_from(const config::Settings& settings) {
  static_assert(volume::PoolWidth::k_max == config::k_max_io_concurrency);
  return volume::PoolWidth(settings.io_concurrency);
}

}  // namespace reaper::daemon
