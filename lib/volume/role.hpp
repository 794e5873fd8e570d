#pragma once

#include <cstdint>
#include <string_view>

namespace reaper::volume {

/// The part of this process among the reapers of one root. One of them is active; the others leave the automatic
/// sweeps to it.
enum class Role : std::uint8_t {
  active,    ///< it holds the lock of the root
  standby,   ///< another process holds the lock
  unlocked,  ///< it holds none and waits for none: it removes nothing on its own, or there is no lock for all hosts
};

/// Returns the word for metrics and JSON.
[[nodiscard]] constexpr std::string_view to_string(Role role) noexcept {
  switch (role) {
    case Role::active: return "active";
    case Role::standby: return "standby";
    case Role::unlocked: return "unlocked";
  }
  return "unknown";
}

}  // namespace reaper::volume
