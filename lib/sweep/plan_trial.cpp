#include "sweep/plan_trial.hpp"

#include "base/path_text.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

namespace reaper::sweep {
namespace {

/// The charts that a pool tries together.
constexpr std::size_t k_charts_at_once = 128;

/// The maximum of charts in one task. A large directory becomes several tasks, so that several threads share it.
constexpr std::size_t k_charts_for_one = 8;

}  // namespace

void PlanTrial::note(std::span<const retention::Removal* const> removals) {
  if (!in_.root.pool().is_wide()) {
    for (const retention::Removal* removal : removals) {
      note(*removal, trial_.try_chart(removal->chart.directory, removal->chart.name));
      in_.progress.step();
    }
    return;
  }
  while (!removals.empty()) {
    const auto group = removals.first(std::min(removals.size(), k_charts_at_once));
    const std::vector<Obstacle> obstacles = try_all(group);
    for (std::size_t i = 0; i < group.size(); ++i) note(*group[i], obstacles[i]);
    in_.progress.step();
    removals = removals.subspan(group.size());
  }
}

/// Tries the charts of several directories at once.
std::vector<PlanTrial::Obstacle> PlanTrial::try_all(std::span<const retention::Removal* const> removals) {
  std::vector<std::vector<std::size_t>> tasks;
  std::map<std::string_view, std::size_t> task_of;  // the last task of each directory
  for (std::size_t i = 0; i < removals.size(); ++i) {
    const auto [task, is_new] = task_of.try_emplace(removals[i]->chart.directory, tasks.size());
    if (!is_new && tasks[task->second].size() == k_charts_for_one) task->second = tasks.size();
    if (task->second == tasks.size()) tasks.emplace_back();
    tasks[task->second].push_back(i);
  }
  std::vector<Obstacle> obstacles(removals.size());
  in_.root.pool().run_all(tasks.size(), [&](std::size_t number) {
    volume::RemovalTrial trial(in_.root);
    for (const std::size_t i : tasks[number]) {
      obstacles[i] = trial.try_chart(removals[i]->chart.directory, removals[i]->chart.name);
      volume::CallPool::note_call();
    }
  });
  return obstacles;
}

void PlanTrial::note(const retention::Removal& removal, const Obstacle& obstacle) {
  const charts::ChartSnapshot& chart = removal.chart;
  if (!obstacle) return in_.report_builder.note_planned(removal);
  in_.failures.add(*obstacle, chart.directory);
  in_.report_builder.note_would_fail();
  staying_.insert(chart.directory);
}

void PlanTrial::note_empty_set(const std::string& path) {
  if (staying_.contains(path)) return;
  const base::SplitPath split = base::split_path(path);
  const std::string parent(split.directory);
  const std::optional<base::Error> obstacle = trial_.try_subdirectory(parent, std::string(split.name));
  if (!obstacle) return in_.report_builder.note_planned_directory();
  in_.failures.add(*obstacle, parent);
  in_.report_builder.note_failed_directory();
}

}  // namespace reaper::sweep
