#include "remover.hpp"

#include "chart_file.hpp"
#include "support/scanned.hpp"
#include "support/window_driver.hpp"
#include "volume/failures.hpp"
#include "volume/progress.hpp"
#include "volume/removal_window.hpp"
#include "volume/system.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <numeric>
#include <string>

namespace stress {
namespace {

namespace charts = reaper::charts;
namespace volume = reaper::volume;
using volume::Outcome;

class LeaselessSystem final : public volume::System {
 public:
  int take_lease(int /*descriptor*/) override { return -EACCES; }
};

bool is_old(const charts::ChartSnapshot& chart) { return chart.modified_ns / 1'000'000'000 < k_old_before; }

/// Checks that the chart is unchanged and unlinks it, with the usual care of cleaners.
Outcome remove_plainly(int directory, const charts::ChartSnapshot& judged) {
  struct stat now {};
  if (::fstatat(directory, judged.name.c_str(), &now, AT_SYMLINK_NOFOLLOW) < 0) return Outcome::gone;
  const std::int64_t modified_ns = now.st_mtim.tv_sec * 1'000'000'000 + now.st_mtim.tv_nsec;
  if (static_cast<std::uint64_t>(now.st_size) != judged.counted_bytes || modified_ns != judged.modified_ns)
    return Outcome::changed;
  return ::unlinkat(directory, judged.name.c_str(), 0) < 0 ? Outcome::gone : Outcome::removed;
}

void remove_all_plainly(volume::Root& root, const std::vector<Target>& targets, const Watcher& watcher,
                        Outcomes& outcomes) {
  std::string current;
  reaper::base::FileDescriptor directory;
  for (const Target& target : targets) {
    if (!directory || current != target.chart.directory) {
      current = target.chart.directory;
      directory = root.open_directory(current).value();
    }
    watcher.at(target);
    ++outcomes.count[static_cast<std::size_t>(remove_plainly(directory.get(), target.chart))];
    watcher.finished(target);
  }
}

}  // namespace

std::unique_ptr<volume::System> make_system(Protocol protocol) {
  if (protocol == Protocol::no_lease) return std::make_unique<LeaselessSystem>();
  return std::make_unique<volume::System>();
}

std::vector<charts::ChartSnapshot> old_charts(volume::Root& root) {
  volume::Progress progress;
  std::vector<charts::ChartSnapshot> charts =
      reaper::test::Scanned(root, "", reaper::base::GlobList({"*.png"}), progress).charts();
  std::erase_if(charts, [](const charts::ChartSnapshot& chart) { return !is_old(chart); });
  return charts;
}

std::uint64_t Outcomes::total() const { return std::accumulate(count.begin(), count.end(), std::uint64_t{0}); }

void remove_charts(volume::Root& root, const std::vector<Target>& targets, Protocol protocol, const Watcher& watcher,
                   Outcomes& outcomes) {
  if (protocol == Protocol::plain) return remove_all_plainly(root, targets, watcher, outcomes);
  volume::Failures failures;
  volume::Progress progress;
  volume::RemovalWindow window(root, {failures, outcomes.fallbacks, progress, {}});
  reaper::test::remove_all(window, targets, watcher.at, [&](const Target& target, const volume::RemovalResult& result) {
    ++outcomes.count[static_cast<std::size_t>(result.outcome)];
    watcher.finished(target);
  });
  for (const reaper::base::Error& error : failures.kept())
    if (outcomes.failures == 0) fmt::print(stderr, "failed: {}\n", error.message());
  outcomes.failures += failures.total();
}

}  // namespace stress
