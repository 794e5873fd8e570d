#include "cleaner.hpp"

#include "chart_file.hpp"
#include "support/scanned.hpp"
#include "volume/progress.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace stress {
namespace {

namespace charts = reaper::charts;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// A writer that takes longer than this for its share of the charts has died or hangs in the kernel.
constexpr auto k_writer_deadline = 120s;

}  // namespace

Cleaner::Cleaner(const Options& options, const Workspace& workspace, Shared& shared)
    : options_(options),
      workspace_(workspace),
      shared_(shared),
      system_(make_system(options.protocol)),
      root_(*system_, workspace.path()),
      patterns_({"*.png"}) {
  root_.check().value();
  for (std::uint32_t chart = 0; chart < options.charts; ++chart)
    chart_numbers_.emplace(chart_path(chart, options.names), chart);
}

CleanerFigures Cleaner::run() {
  began_ = Clock::now();
  do {
    prepare_round();
    run_round();
  } while (!enough());
  prepare_round();  // lets the writers verify their last writes
  shared_.stop = true;
  shared_.bell.ring();
  reaper::volume::Progress progress;
  figures_.left_in_quarantine = reaper::test::Scanned(root_, "", patterns_, progress).leftovers.size();
  figures_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  return std::move(figures_);
}

void Cleaner::prepare_round() {
  const std::uint64_t round = ++shared_.prepared_round;
  shared_.bell.ring();
  const auto deadline = Clock::now() + k_writer_deadline;
  for (unsigned writer = 0; writer < options_.writers; ++writer) {
    for (std::uint32_t rung = shared_.bell.count(); shared_.ready[writer] != round; rung = shared_.bell.count()) {
      if (Clock::now() > deadline) throw std::runtime_error("a writer no longer answers");
      shared_.bell.wait(rung, 1s);
    }
  }
  if (options_.fill) workspace_.fill_volume();
}

void Cleaner::run_round() {
  const std::vector<Target> targets = plan();
  for (std::uint32_t chart = 0; chart < options_.charts; ++chart) shared_.claims[chart] = Claim::none;
  for (const Target& target : targets) shared_.claims[target.number] = Claim::planned;
  shared_.position = 0;
  shared_.running_round = shared_.prepared_round.load();
  shared_.bell.ring();

  const auto move_to = [&](std::uint32_t chart) {
    if (chart > shared_.position.load(std::memory_order_relaxed))
      shared_.position.store(chart, std::memory_order_relaxed);
  };
  const Watcher watcher{[&](const Target& target) { move_to(target.number); },
                        [&](const Target& target) { move_to(target.number + 1); }};
  remove_charts(root_, targets, options_.protocol, watcher, figures_.outcomes);
  ++figures_.rounds;
}

std::vector<Target> Cleaner::plan() {
  std::vector<Target> targets;
  for (charts::ChartSnapshot& chart : old_charts(root_)) {
    const std::uint32_t number = chart_numbers_.at(chart.path());
    targets.push_back({number, std::move(chart)});
  }
  std::sort(targets.begin(), targets.end(),
            [](const Target& left, const Target& right) { return left.number < right.number; });
  return targets;
}

bool Cleaner::enough() const {
  if (std::chrono::duration<double>(Clock::now() - began_).count() >= options_.seconds) return true;
  std::uint64_t contested = 0;
  for (const WriterFigures& figures : shared_.figures) contested += figures.contested;
  return options_.removals != 0 && contested >= options_.removals;
}

}  // namespace stress
