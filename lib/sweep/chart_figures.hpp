#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"
#include "retention/explain.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::sweep {

/// Some charts, in figures.
struct ChartGroup {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  base::FileTime oldest = base::FileTime::max();
  base::FileTime newest = base::FileTime::min();
};

/// One directory that holds charts.
struct SetFigures {
  std::string path;      ///< relative to the root; empty for the root itself
  std::string symbol;    ///< empty if the directory's name is not that of a chart set
  std::string interval;  ///< the same
  ChartGroup charts;
};

/// All chart sets of one symbol.
struct SymbolFigures {
  std::string symbol;
  std::uint64_t sets = 0;
  ChartGroup charts;
};

/// How old the charts are, in equal steps up to the maximum age.
struct AgeFigures {
  struct Step {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
  };
  static constexpr std::size_t k_steps = 24;

  std::chrono::nanoseconds step{};    ///< the maximum age by k_steps
  std::array<Step, k_steps> steps{};  ///< youngest first; charts from the future are in the first
  Step older;                         ///< of the maximum age or more
};

/// What is on the volume, told by directory, by symbol and by age. Immutable once made: handlers read it from the other
/// thread.
struct ChartFigures {
  base::FileTime as_of;
  std::vector<SetFigures> sets;        ///< by path
  std::vector<SymbolFigures> symbols;  ///< by name
  AgeFigures ages;
};

/// The figures of a catalog at `now`. Pure.
[[nodiscard]] ChartFigures figures_of(const charts::Catalog& catalog, std::chrono::nanoseconds max_age,
                                      base::FileTime now);

/// What an explanation of the chart at `path` needs to know; nothing if there is no such chart.
/// Nothing of the volume, which the catalog does not know.
[[nodiscard]] std::optional<retention::ChartFacts> facts_of(charts::Catalog& catalog, std::string_view path);

}  // namespace reaper::sweep
