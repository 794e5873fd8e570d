#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace chart_writer {

/// The charts of one analysis.
enum class ChartKind { technical_overview, pattern_analysis, volume_analysis, mtf_comparison };

inline constexpr std::array k_chart_kinds{ChartKind::technical_overview, ChartKind::pattern_analysis,
                                          ChartKind::volume_analysis, ChartKind::mtf_comparison};

/// Returns the file name of a chart of this kind in the analysis service, e.g. `volume_analysis.png`.
[[nodiscard]] std::string_view file_name(ChartKind kind);

/// Draws a chart with made-up prices as a PNG file of 300 to 800 KB. Equal seeds give equal files.
[[nodiscard]] std::string draw_chart(ChartKind kind, std::uint64_t seed);

/// Returns the PNG file with a title that viewers show. Titles make every written file different.
[[nodiscard]] std::string with_title(std::string_view png, std::string_view title);

}  // namespace chart_writer
