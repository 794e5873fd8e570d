#pragma once

#include "api/configured_limits.hpp"
#include "api/figures_json.hpp"
#include "api/listener_metrics.hpp"
#include "api/metrics.hpp"
#include "http/access_policy.hpp"
#include "retention/policy.hpp"

#include <string>
#include <vector>

namespace reaper::api {

/// The settings of the daemon, ready for answers. A state never changes. A reload replaces it as a whole, so that an
/// answer never mixes old and new settings.
struct ServerState {
  std::string version;
  ConfiguredLimits limits;   ///< in the units of the settings
  retention::Limits policy;  ///< the same limits in the form that sweeps use
  std::vector<SettingView> settings;
  http::AccessPolicy access;
  std::vector<SandboxPart> sandbox;       ///< with the active ones marked
  std::vector<ListenerCounts> listeners;  ///< live counters
};

}  // namespace reaper::api
