#include "sweep/chart_figures.hpp"

#include "charts/chart_set.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace reaper::sweep {
namespace {

void add(ChartGroup& group, base::FileTime modified, std::uint64_t bytes) {
  group.files += 1;
  group.bytes += bytes;
  group.oldest = std::min(group.oldest, modified);
  group.newest = std::max(group.newest, modified);
}

void add(ChartGroup& group, const ChartGroup& other) {
  group.files += other.files;
  group.bytes += other.bytes;
  group.oldest = std::min(group.oldest, other.oldest);
  group.newest = std::max(group.newest, other.newest);
}

void add(AgeFigures& ages, std::chrono::nanoseconds age, std::uint64_t bytes) {
  const auto position = static_cast<std::size_t>(std::max(age, std::chrono::nanoseconds::zero()) / ages.step);
  AgeFigures::Step& step = position < AgeFigures::k_steps ? ages.steps[position] : ages.older;
  step.files += 1;
  step.bytes += bytes;
}

SetFigures named(const std::string& path) {
  SetFigures set;
  set.path = path;
  if (auto name = charts::parse_chart_set_name(path.substr(path.rfind('/') + 1))) {
    set.symbol = std::move(name->symbol);
    set.interval = std::move(name->interval);
  }
  return set;
}

std::vector<SymbolFigures> by_symbol(const std::vector<SetFigures>& sets) {
  std::map<std::string_view, SymbolFigures> symbols;
  for (const SetFigures& set : sets) {
    SymbolFigures& symbol = symbols[set.symbol];
    symbol.sets += 1;
    add(symbol.charts, set.charts);
  }
  std::vector<SymbolFigures> figures;
  figures.reserve(symbols.size());
  for (auto& [name, symbol] : symbols) {
    symbol.symbol = name;
    figures.push_back(std::move(symbol));
  }
  return figures;
}

}  // namespace

ChartFigures figures_of(const charts::Catalog& catalog, std::chrono::nanoseconds max_age, base::FileTime now) {
  ChartFigures figures;
  figures.as_of = now;
  figures.ages.step = std::max(max_age / static_cast<int>(AgeFigures::k_steps), std::chrono::nanoseconds{1});
  catalog.for_each_directory([&](charts::DirectoryIndex directory) {
    if (catalog.directory(directory).charts == 0) return;
    SetFigures& set = figures.sets.emplace_back(named(catalog.path(directory)));
    catalog.for_each_chart(directory, [&](charts::ChartIndex index) {
      const base::FileTime modified = catalog.chart(index).modified();
      const std::uint64_t bytes = catalog.counted_bytes(index);
      add(set.charts, modified, bytes);
      add(figures.ages, now - modified, bytes);
    });
  });
  std::sort(figures.sets.begin(), figures.sets.end(),
            [](const SetFigures& left, const SetFigures& right) { return left.path < right.path; });
  figures.symbols = by_symbol(figures.sets);
  return figures;
}

std::optional<retention::ChartFacts> facts_of(charts::Catalog& catalog, std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const charts::DirectoryIndex directory =
      catalog.find_directory(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
  if (directory == charts::k_no_directory) return {};
  const charts::ChartIndex chart = catalog.find(directory, name);
  if (chart == charts::k_no_chart) return {};

  retention::ChartFacts facts{.size_bytes = catalog.counted_bytes(chart),
                              .allocated_bytes = catalog.allocated_bytes(chart),
                              .room = catalog.room_of(chart),
                              .modified = catalog.chart(chart).modified(),
                              .future = catalog.chart(chart).future != 0};
  facts.this_and_newer_bytes = catalog.total_bytes();
  catalog.visit_oldest_first([&](charts::ChartIndex older) {
    if (older == chart) return false;
    facts.this_and_newer_bytes -= catalog.counted_bytes(older);
    facts.freed_before += catalog.room_of(older);
    return true;
  });
  return facts;
}

}  // namespace reaper::sweep
