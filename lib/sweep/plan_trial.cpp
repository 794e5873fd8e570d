#include "sweep/plan_trial.hpp"

#include "base/path_text.hpp"

#include <optional>

namespace reaper::sweep {

void PlanTrial::note(const retention::Removal& removal) {
  const charts::ChartSnapshot& chart = removal.chart;
  const std::optional<base::Error> obstacle = trial_.try_chart(chart.directory, chart.name);
  in_.progress.step();
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
