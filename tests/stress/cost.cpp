#include "cost.hpp"

#include "base/file_descriptor.hpp"
#include "chart_file.hpp"
#include "remover.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <utility>
#include <vector>

namespace stress {
namespace {

namespace volume = reaper::volume;
using Clock = std::chrono::steady_clock;

constexpr unsigned k_fewest_pairs = 3;

double cpu_us() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

void make_charts(const Options& options, const Workspace& workspace) {
  const reaper::base::FileDescriptor root(::open(workspace.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (std::uint32_t chart = 0; chart < options.charts; ++chart)
    if (make_old_chart(root.get(), chart_path(chart, options.names), chart_content(chart, 0, options.chart_bytes)) != 0)
      throw std::runtime_error("the charts cannot be written");
  // Real expired charts have long been written to the disk.
  if (::syncfs(root.get()) != 0) throw std::runtime_error("the volume cannot be synchronized");
}

Cost remove_all(const Options& options, const Workspace& workspace, Protocol protocol) {
  make_charts(options, workspace);
  const auto system = make_system(protocol);
  volume::Root root(*system, workspace.path());
  root.check().value();
  std::vector<Target> targets;
  for (auto& chart : old_charts(root)) targets.push_back({.chart = std::move(chart)});

  Outcomes outcomes;
  const auto wall_before = Clock::now();
  const double cpu_before = cpu_us();
  remove_charts(root, targets, protocol, {}, outcomes);
  const double cpu = cpu_us() - cpu_before;
  const double wall = std::chrono::duration<double, std::micro>(Clock::now() - wall_before).count();
  if (outcomes.of(volume::Outcome::removed) != options.charts) throw std::runtime_error("not every chart was removed");
  return {wall / options.charts, cpu / options.charts};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class Member>
double median_of(const std::vector<Cost>& costs, Member member) {
  std::vector<double> values;
  for (const Cost& cost : costs) values.push_back(cost.*member);
  return median(values);
}

}  // namespace

CostFigures measure_cost(const Options& options, const Workspace& workspace) {
  const Protocol protocol = options.protocol;
  const auto began = Clock::now();
  std::vector<Cost> plain;
  std::vector<Cost> protected_;
  std::vector<double> wall_ratios;
  std::vector<double> cpu_ratios;
  while (plain.size() < k_fewest_pairs || Clock::now() - began < std::chrono::duration<double>(options.seconds)) {
    plain.push_back(remove_all(options, workspace, Protocol::plain));
    protected_.push_back(remove_all(options, workspace, protocol));
    wall_ratios.push_back(protected_.back().wall_us / plain.back().wall_us);
    cpu_ratios.push_back(protected_.back().cpu_us / plain.back().cpu_us);
  }
  CostFigures figures;
  figures.plain = {median_of(plain, &Cost::wall_us), median_of(plain, &Cost::cpu_us)};
  figures.protocol = {median_of(protected_, &Cost::wall_us), median_of(protected_, &Cost::cpu_us)};
  figures.wall_ratio = median(wall_ratios);
  figures.cpu_ratio = median(cpu_ratios);
  figures.pairs = static_cast<unsigned>(plain.size());
  return figures;
}

}  // namespace stress
