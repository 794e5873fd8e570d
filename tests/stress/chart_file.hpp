#pragma once

#include "latency.hpp"
#include "options.hpp"

#include <cstdint>
#include <string>

namespace stress {

/// The charts are numbered; four of them make a chart set, as in production: `S00007_1day/mtf_comparison.png`.
[[nodiscard]] std::string chart_path(std::uint32_t chart, Names names);

/// The name of the chart set that the chart is in.
[[nodiscard]] std::string set_name(std::uint32_t chart);

/// What version `version` of a chart holds: no two charts, writers or versions have the same.
[[nodiscard]] std::string chart_content(std::uint32_t chart, std::uint64_t version, std::size_t bytes);

/// Writes a chart as the analysis service might, and adds the time of open(2) to `opens`; 0 or an errno value.
[[nodiscard]] int write_chart(int root, const std::string& path, Style style, const std::string& content,
                              Latency& opens);

/// Makes a chart that was last modified long ago; 0 or an errno value.
[[nodiscard]] int make_old_chart(int root, const std::string& path, const std::string& content);

/// Makes an existing chart an old one; 0 or an errno value.
[[nodiscard]] int age_chart(int root, const std::string& path);

/// Charts modified before this time, in seconds since 1970, are old; writing takes place well after it.
inline constexpr std::int64_t k_old_before = 1'500'000'000;

enum class Found { current, missing, other };

/// What is there under the name, compared with what should be.
[[nodiscard]] Found look_at_chart(int root, const std::string& path, const std::string& content);

}  // namespace stress
