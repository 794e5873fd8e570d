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

/// The file name the analysis service gives to a chart of this kind, e.g. `volume_analysis.png`.
[[nodiscard]] std::string_view file_name(ChartKind kind);

/// A chart with made-up prices as a PNG file of 300 to 800 KB. Equal seeds give equal files.
[[nodiscard]] std::string draw_chart(ChartKind kind, std::uint64_t seed);

/// The PNG file with a text in it that viewers show as its title, so that every file written is a different one.
[[nodiscard]] std::string with_title(std::string_view png, std::string_view title);

}  // namespace chart_writer
