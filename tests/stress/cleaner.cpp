#include "cleaner.hpp"

#include "chart_file.hpp"
#include "volume/progress.hpp"
#include "volume/scanner.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

namespace stress {
namespace {

namespace charts = reaper::charts;
namespace volume = reaper::volume;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// A writer that needs longer than this for its share of the charts has died or hangs in the kernel.
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
  prepare_round();  // in which the writers look at what they wrote last
  shared_.stop = true;
  figures_.left_aside = scan().leftovers.size();
  figures_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  return std::move(figures_);
}

void Cleaner::prepare_round() {
  const std::uint64_t round = ++shared_.prepared_round;
  const auto deadline = Clock::now() + k_writer_deadline;
  for (unsigned writer = 0; writer < options_.writers; ++writer) {
    while (shared_.ready[writer] != round) {
      if (Clock::now() > deadline) throw std::runtime_error("a writer no longer answers");
      std::this_thread::sleep_for(20us);
    }
  }
  if (options_.fill) workspace_.fill_volume();
}

void Cleaner::run_round() {
  const volume::Scan seen = scan();
  const std::vector<Target> targets = plan(seen.catalog);
  for (std::uint32_t chart = 0; chart < options_.charts; ++chart) shared_.claims[chart] = Claim::none;
  std::vector<charts::ChartIndex> indices;
  for (const Target& target : targets) {
    shared_.claims[target.chart] = Claim::planned;
    indices.push_back(target.index);
  }
  shared_.position = 0;
  shared_.running_round = shared_.prepared_round.load();

  const auto move_to = [&](std::uint32_t chart) {
    if (chart > shared_.position.load(std::memory_order_relaxed))
      shared_.position.store(chart, std::memory_order_relaxed);
  };
  const Watcher watcher{[&](std::size_t i) { move_to(targets[i].chart); },
                        [&](std::size_t i) { move_to(targets[i].chart + 1); }};
  remove_charts(root_, seen.catalog, indices, options_.protocol, watcher, figures_.outcomes);
  ++figures_.rounds;
}

std::vector<Cleaner::Target> Cleaner::plan(const charts::Catalog& catalog) const {
  std::vector<Target> targets;
  for (const charts::ChartIndex index : old_charts(catalog))
    targets.push_back({chart_numbers_.at(catalog.path(catalog.chart(index))), index});
  std::sort(targets.begin(), targets.end(),
            [](const Target& left, const Target& right) { return left.chart < right.chart; });
  return targets;
}

volume::Scan Cleaner::scan() {
  volume::Progress progress;
  return volume::scan(root_, "", {patterns_, progress, {}});
}

bool Cleaner::enough() const {
  if (std::chrono::duration<double>(Clock::now() - began_).count() >= options_.seconds) return true;
  std::uint64_t contested = 0;
  for (const WriterFigures& figures : shared_.figures) contested += figures.contested;
  return options_.removals != 0 && contested >= options_.removals;
}

}  // namespace stress
