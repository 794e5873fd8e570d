#pragma once

#include "base/log_level.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::config {

/// The smallest value a number may have.
enum class Lowest { zero, above_zero };

// Each of these reads the whole text of one value, and returns nothing if it is not of its kind.

/// Digits with at most one decimal point, up to `max`: no sign, exponent, unit or blank.
[[nodiscard]] std::optional<double> parse_decimal(std::string_view text, Lowest lowest, double max);

/// Comma-separated globs for file names. None may be empty, hold `/` or NUL, be in quotes, or begin or end with a
/// blank: such a glob matches no chart, so the charts would silently be kept for ever.
[[nodiscard]] std::optional<std::vector<std::string>> parse_patterns(std::string_view text);

/// Comma-separated host names or IP addresses, without scheme, brackets or port.
[[nodiscard]] std::optional<std::vector<std::string>> parse_hosts(std::string_view text);

/// The path of a directory that may be the root: any but `/` itself, however that is written.
[[nodiscard]] std::optional<std::string> parse_root_path(std::string_view text);

/// `text` or `json`, in any case.
[[nodiscard]] std::optional<base::LogFormat> parse_log_format(std::string_view text);

/// `debug`, `info`, `warning` or `error`, in any case.
[[nodiscard]] std::optional<base::LogLevel> parse_log_level(std::string_view text);

/// `auto` or `off`, in any case.
[[nodiscard]] std::optional<FeatureMode> parse_feature_mode(std::string_view text);

}  // namespace reaper::config
