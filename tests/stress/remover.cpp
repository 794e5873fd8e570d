#include "remover.hpp"

#include "chart_file.hpp"
#include "volume/failures.hpp"
#include "volume/progress.hpp"
#include "volume/system.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <numeric>
#include <optional>
#include <stop_token>

namespace stress {
namespace {

namespace charts = reaper::charts;
namespace volume = reaper::volume;
using volume::Outcome;

class LeaselessSystem final : public volume::System {
 public:
  int take_lease(int /*descriptor*/) override { return -EACCES; }
};

bool is_old(const charts::Chart& chart) { return chart.modified_ns / 1'000'000'000 < k_old_before; }

/// Looks whether it is still what was judged, and unlinks it: as careful as cleaners usually are.
Outcome remove_plainly(int directory, const std::string& name, const charts::Chart& judged) {
  struct stat now {};
  if (::fstatat(directory, name.c_str(), &now, AT_SYMLINK_NOFOLLOW) < 0) return Outcome::gone;
  const std::int64_t modified_ns = now.st_mtim.tv_sec * 1'000'000'000 + now.st_mtim.tv_nsec;
  if (now.st_ino != judged.inode || modified_ns != judged.modified_ns) return Outcome::changed;
  return ::unlinkat(directory, name.c_str(), 0) < 0 ? Outcome::gone : Outcome::removed;
}

void remove_all_plainly(volume::Root& root, const charts::Catalog& catalog, std::span<const charts::ChartIndex> charts,
                        const Watcher& watcher, Outcomes& outcomes) {
  std::optional<charts::DirectoryIndex> current;
  reaper::base::FileDescriptor directory;
  for (std::size_t i = 0; i < charts.size(); ++i) {
    const charts::Chart& chart = catalog.chart(charts[i]);
    if (current != chart.directory) {
      directory = root.open_directory(catalog.directory(chart.directory).path).value();
      current = chart.directory;
    }
    watcher.at(i);
    ++outcomes.count[static_cast<std::size_t>(remove_plainly(directory.get(), catalog.name(chart), chart))];
    watcher.concluded(i);
  }
}

}  // namespace

std::unique_ptr<volume::System> make_system(Protocol protocol) {
  if (protocol == Protocol::no_lease) return std::make_unique<LeaselessSystem>();
  return std::make_unique<volume::System>();
}

std::vector<charts::ChartIndex> old_charts(const charts::Catalog& catalog) {
  std::vector<charts::ChartIndex> old;
  for (charts::ChartIndex i = 0; i < catalog.charts().size(); ++i)
    if (is_old(catalog.chart(i))) old.push_back(i);
  return old;
}

std::uint64_t Outcomes::total() const { return std::accumulate(count.begin(), count.end(), std::uint64_t{0}); }

void remove_charts(volume::Root& root, const charts::Catalog& catalog, std::span<const charts::ChartIndex> charts,
                   Protocol protocol, const Watcher& watcher, Outcomes& outcomes) {
  if (protocol == Protocol::plain) return remove_all_plainly(root, catalog, charts, watcher, outcomes);
  volume::Failures failures;
  volume::Progress progress;
  volume::remove(root, catalog, charts,
                 {.still_removable =
                      [&](std::size_t position) {
                        watcher.at(position);
                        return true;
                      },
                  .on_concluded =
                      [&](std::size_t position, const volume::Conclusion& conclusion) {
                        ++outcomes.count[static_cast<std::size_t>(conclusion.outcome)];
                        watcher.concluded(position);
                      },
                  .failures = failures,
                  .fallbacks = outcomes.fallbacks,
                  .progress = progress,
                  .stop = {}});
  for (const reaper::base::Error& error : failures.kept())
    if (outcomes.failures == 0) fmt::print(stderr, "failed: {}\n", error.message());
  outcomes.failures += failures.total();
}

}  // namespace stress
