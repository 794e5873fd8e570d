#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace reaper::config {

/// The group file of the machine (group(5)).
inline constexpr const char* k_group_file = "/etc/group";

/// Returns the group id for a number, or for a name in `file`; nothing if there is none. Other sources
/// (nsswitch.conf(5)) are not used, because a static program cannot load their libraries.
[[nodiscard]] std::optional<gid_t> find_group(const std::string& text, const std::string& file);

}  // namespace reaper::config
