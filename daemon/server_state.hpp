#pragma once

#include "api/server_state.hpp"
#include "config/load.hpp"
#include "http/token_file.hpp"
#include "sandbox/sandbox.hpp"

#include <memory>
#include <vector>

namespace reaper::daemon {

/// The parts of the server state that are not settings.
struct StateParts {
  const sandbox::Parts& sandbox;
  std::shared_ptr<http::TokenFile> token_file;  ///< null if none is configured
  std::vector<api::ListenerCounts> listeners;
};

/// Returns the state for these settings.
[[nodiscard]] std::shared_ptr<const api::ServerState> server_state(const config::Loaded& loaded, StateParts parts);

}  // namespace reaper::daemon
