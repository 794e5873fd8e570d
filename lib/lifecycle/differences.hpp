#pragma once

#include "config/settings.hpp"
#include "lifecycle/rule.hpp"

#include <string>
#include <vector>

namespace reaper::lifecycle {

/// Returns what the rule of make_rule() cannot express, and what an operator must know before setting it. Each text is
/// one line without a full stop.
[[nodiscard]] std::vector<std::string> differences(const config::Settings& settings, const Target& target);

}  // namespace reaper::lifecycle
