#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::config {

/// The environment a program was started in.
using Environment = std::map<std::string, std::string>;

/// Names the configuration file, unless `--config` does.
inline constexpr const char* k_config_file_variable = "CHART_CONFIG_FILE";

/// Reads an environment in the form of environ(7): `NAME=value` texts, ended by a null pointer. Of a name given twice
/// the first counts, as with getenv(3).
[[nodiscard]] Environment read_environment(const char* const* entries);

/// Returns one line with the nearest known name if a variable from `source` looks like a setting but is none.
[[nodiscard]] std::optional<std::string> unknown_variable(std::string_view name, std::string_view value,
                                                          std::string_view source);

/// One line for each variable that looks like a setting but is none, with the nearest known name.
[[nodiscard]] std::vector<std::string> unknown_variables(const Environment& environment);

}  // namespace reaper::config
