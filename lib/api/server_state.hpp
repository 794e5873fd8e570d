#pragma once

#include "api/configured_limits.hpp"
#include "api/figures_json.hpp"
#include "api/listener_metrics.hpp"
#include "api/metrics.hpp"
#include "http/access_policy.hpp"
#include "retention/policy.hpp"
#include "sweep/limits_in_force.hpp"
#include "sweep/root_state.hpp"

#include <string>
#include <vector>

namespace reaper::api {

/// The settings of the daemon, ready for answers. A state never changes. A reload replaces it as a whole, so that an
/// answer never mixes old and new settings.
struct ServerState {
  std::string version;
  ConfiguredLimits limits;        ///< in the units of the settings
  retention::Limits policy;       ///< the same limits in the form that sweeps use
  sweep::VolumeShare share = {};  ///< the size limit as a share of the volume
  std::vector<SettingView> settings;
  http::AccessPolicy access;
  std::vector<SandboxPart> sandbox;       ///< with the active ones marked
  std::vector<ListenerCounts> listeners;  ///< live counters

  /// Returns the limits in force on the volume of the root.
  [[nodiscard]] retention::Limits limits_on(const sweep::RootState& root) const {
    return sweep::limits_in_force(policy, share, root);
  }
};

}  // namespace reaper::api
