#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::config {

/// The environment of a program, by variable.
using Environment = std::map<std::string, std::string>;

/// Names the configuration file if `--config` is not given.
inline constexpr const char* k_config_file_variable = "CHART_CONFIG_FILE";

/// Reads an environment in the form of environ(7): texts `NAME=value`, ended by a null pointer. If a name occurs twice
/// the first value counts, as with getenv(3).
[[nodiscard]] Environment read_environment(const char* const* entries);

/// Returns a warning with the nearest known name if the variable looks like a setting but is none. `source` is used in
/// it.
[[nodiscard]] std::optional<std::string> unknown_variable(std::string_view name, std::string_view value,
                                                          std::string_view source);

/// Returns a warning for each variable that looks like a setting but is none.
[[nodiscard]] std::vector<std::string> unknown_variables(const Environment& environment);

}  // namespace reaper::config
