#pragma once

#include "latency.hpp"
#include "options.hpp"

#include <cstdint>
#include <string>

namespace stress {

/// Returns the path of a chart by its number. Four charts make a chart set, as in production:
/// `S00007_1day/mtf_comparison.png`.
[[nodiscard]] std::string chart_path(std::uint32_t chart, Names names);

/// Returns the name of the chart's set.
[[nodiscard]] std::string set_name(std::uint32_t chart);

/// Returns the content of a version of a chart. No two charts, writers or versions have the same content.
[[nodiscard]] std::string chart_content(std::uint32_t chart, std::uint64_t version, std::size_t bytes);

/// Writes a chart in one of the styles and adds the time of open(2) to `opens`. Returns 0 or an errno value.
[[nodiscard]] int write_chart(int root, const std::string& path, Style style, const std::string& content,
                              Latency& opens);

/// Makes a chart that was last modified long ago. Returns 0 or an errno value.
[[nodiscard]] int make_old_chart(int root, const std::string& path, const std::string& content);

/// Makes an existing chart old. Returns 0 or an errno value.
[[nodiscard]] int age_chart(int root, const std::string& path);

/// Charts modified before this time, in seconds since 1970, are old; all writes are much later.
inline constexpr std::int64_t k_old_before = 1'500'000'000;

enum class Found { current, missing, other };

/// Compares the content of the file with the expected content.
[[nodiscard]] Found look_at_chart(int root, const std::string& path, const std::string& content);

}  // namespace stress
