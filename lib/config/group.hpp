#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace reaper::config {

/// Where the groups of a machine are (group(5)).
inline constexpr const char* k_group_file = "/etc/group";

/// The group that a number is, or that has this name in the file; nothing if there is none. Other sources of groups
/// (nsswitch.conf(5)) are not asked: they are reached by libraries that a static program has no way to load.
[[nodiscard]] std::optional<gid_t> find_group(const std::string& text, const std::string& file);

}  // namespace reaper::config
