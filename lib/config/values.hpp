#pragma once

#include "base/log_level.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::config {

/// The lower bound of a number.
enum class Lowest { zero, above_zero };

// Each function parses the whole text of one value, and returns nothing if the value is not allowed.

/// Parses digits with at most one decimal point, up to `max`. No sign, exponent, unit or blank is allowed.
[[nodiscard]] std::optional<double> parse_decimal(std::string_view text, Lowest lowest, double max);

/// Parses a decimal above 0 and at most 100, with or without a `%` at the end.
[[nodiscard]] std::optional<double> parse_percent(std::string_view text);

/// Parses comma-separated globs for file names. A glob must not be empty, contain `/` or NUL, be in quotes, or begin or
/// end with a blank. It would match no chart, so all charts would silently be kept for ever.
[[nodiscard]] std::optional<std::vector<std::string>> parse_patterns(std::string_view text);

/// Parses comma-separated host names or IP addresses, without scheme, brackets and port.
[[nodiscard]] std::optional<std::vector<std::string>> parse_hosts(std::string_view text);

/// Accepts the path of any directory except `/`, in whatever spelling.
[[nodiscard]] std::optional<std::string> parse_root_path(std::string_view text);

/// Parses `text` or `json`, in any case.
[[nodiscard]] std::optional<base::LogFormat> parse_log_format(std::string_view text);

/// Parses `debug`, `info`, `warning` or `error`, in any case.
[[nodiscard]] std::optional<base::LogLevel> parse_log_level(std::string_view text);

/// Parses `auto`, in any case, or a whole number from 1 to k_max_io_concurrency. For `auto` the inner optional is
/// empty.
[[nodiscard]] std::optional<std::optional<unsigned>> parse_concurrency(std::string_view text);

/// Parses `auto` or `off`, in any case.
[[nodiscard]] std::optional<FeatureMode> parse_feature_mode(std::string_view text);

}  // namespace reaper::config
