#include "sweep/chart_figures.hpp"

#include "base/path_text.hpp"
#include "sweep/set_page_maker.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <string_view>

namespace reaper::sweep {
namespace {

void add(AgeFigures& ages, base::FileTime modified, std::uint64_t bytes) {
  const std::chrono::nanoseconds age = std::max(ages.as_of - modified, std::chrono::nanoseconds::zero());
  const auto position = static_cast<std::size_t>(age / ages.step);
  AgeFigures::Step& step = position < AgeFigures::k_steps ? ages.steps[position] : ages.older;
  step.files += 1;
  step.bytes += bytes;
}

AgeFigures no_charts(std::chrono::nanoseconds max_age, base::FileTime now) {
  AgeFigures ages;
  ages.as_of = now;
  ages.step = std::max(max_age / static_cast<int>(AgeFigures::k_steps), std::chrono::nanoseconds{1});
  return ages;
}

charts::ChartIndex find_chart(const charts::Catalog& catalog, std::string_view path) {
  const base::SplitPath split = base::split_path(path);
  const charts::DirectoryIndex directory = catalog.find_directory(split.directory);
  return directory == charts::k_no_directory ? charts::k_no_chart : catalog.find(directory, split.name);
}

using FactsByChart = boost::unordered_flat_map<charts::ChartIndex, retention::ChartFacts>;

/// Fills in the facts during one visit in the order of removal. The visit ends with the newest chart asked for.
void complete(FactsByChart& facts, const charts::Catalog& catalog) {
  std::uint64_t rest = catalog.total_bytes();
  base::Room freed;
  std::size_t missing = facts.size();
  if (missing == 0) return;
  catalog.visit_oldest_first([&](charts::ChartIndex index) {
    const std::uint64_t bytes = catalog.counted_bytes(index);
    if (const auto found = facts.find(index); found != facts.end()) {
      found->second = {.size_bytes = bytes,
                       .allocated_bytes = catalog.allocated_bytes(index),
                       .room = catalog.room_of(index),
                       .modified = catalog.chart(index).modified(),
                       .future = catalog.chart(index).is_future(),
                       .this_and_newer_bytes = rest,
                       .freed_before = freed};
      if (--missing == 0) return false;
    }
    rest -= bytes;
    freed += catalog.room_of(index);
    return true;
  });
}

std::map<std::string, std::optional<retention::ChartFacts>> facts_of(const charts::Catalog& catalog,
                                                                     const std::vector<std::string>& paths) {
  FactsByChart facts;
  for (const std::string& path : paths)
    if (const charts::ChartIndex chart = find_chart(catalog, path); chart != charts::k_no_chart) facts[chart] = {};
  complete(facts, catalog);
  std::map<std::string, std::optional<retention::ChartFacts>> by_path;
  for (const std::string& path : paths) {
    const auto found = facts.find(find_chart(catalog, path));
    by_path[path] = found == facts.end() ? std::nullopt : std::optional(found->second);
  }
  return by_path;
}

/// Returns the deepest known directory above a chart if it is unreadable; otherwise nothing.
std::optional<std::string> unreadable_above(const charts::Catalog& catalog, std::string_view path) {
  charts::DirectoryIndex deepest = charts::k_root;
  for (std::string_view rest = base::split_path(path).directory; !rest.empty();) {
    const charts::DirectoryIndex next = catalog.find_directory(deepest, base::take_first_step(rest));
    if (next == charts::k_no_directory) break;
    deepest = next;
  }
  if (!catalog.directory(deepest).is_unreadable()) return {};
  return catalog.path(deepest);
}

}  // namespace

Answers answers_from(const charts::Catalog& catalog, const Questions& questions, std::chrono::nanoseconds max_age,
                     base::FileTime now) {
  Answers answers;
  answers.charts = facts_of(catalog, questions.paths);
  for (const auto& [path, facts] : answers.charts)
    if (auto directory = facts ? std::nullopt : unreadable_above(catalog, path)) answers.unreadable[path] = *directory;
  if (!questions.ages && questions.pages.empty()) return answers;
  AgeFigures ages = no_charts(max_age, now);
  SetPageMaker pages(catalog, questions.pages);
  catalog.for_each_directory([&](charts::DirectoryIndex directory) {
    if (catalog.directory(directory).charts() == 0) return;
    ChartGroup group;
    catalog.for_each_chart(directory, [&](charts::ChartIndex index) {
      const base::FileTime modified = catalog.chart(index).modified();
      const std::uint64_t bytes = catalog.counted_bytes(index);
      group.add(modified, bytes);
      add(ages, modified, bytes);
    });
    pages.add(directory, group);
  });
  if (questions.ages) answers.ages = std::make_shared<const AgeFigures>(ages);
  answers.pages = pages.finish(now);
  return answers;
}

}  // namespace reaper::sweep
