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

/// The daemon as its settings have made it. A state never changes: when the settings are read again, another one takes
/// its place as a whole, so that an answer never mixes old and new ones.
struct ServerState {
  std::string version;
  ConfiguredLimits limits;   ///< as the operator gave them
  retention::Limits policy;  ///< the same, as sweeps use them
  std::vector<SettingView> settings;
  http::AccessPolicy access;
  std::vector<SandboxPart> sandbox;       ///< which parts of it are active
  std::vector<ListenerCounts> listeners;  ///< live counters
};

}  // namespace reaper::api
