#pragma once

#include "live/change_source.hpp"
#include "live/directory_times.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace reaper::live {

/// Finds changes by the times of directories: a directory whose time changed is read again.
///
/// This needs a volume that shows changes, see VolumeTraits::shows_changes.
///
/// A writer that makes, replaces or removes a chart changes the time of its directory. A write into an existing chart
/// does not, so only the next full scan finds its new size. A removal checks the chart itself in any case.
class PollingSource final : public ChangeSource {
 public:
  /// The parts that the source works with.
  struct Parts {
    volume::Root& root;
    charts::Catalog& catalog;
    volume::Progress& progress;
    DirectoryTimes times;
    std::function<void(charts::DirectoryIndex)> forget;  ///< forgets a directory and its watch
  };

  explicit PollingSource(Parts parts) : in_(std::move(parts)) {}

  void before_reading(charts::DirectoryIndex directory, volume::Scan& scan, const ScanContext& context) override {
    in_.times.note(directory, scan.time(), context);
  }
  volume::TooDeep apply(const ScanDirectory& scan, const ScanContext& context) override;

  /// Reads the directories again that could not be read to the end.
  volume::TooDeep read_incomplete(const ScanDirectory& scan, const ScanContext& context);

 private:
  [[nodiscard]] std::vector<charts::DirectoryIndex> changed_directories(const ScanContext& context);
  void add_changed(std::vector<charts::DirectoryIndex>& changed, std::span<const charts::DirectoryIndex> directories);
  volume::TooDeep read_again(const std::vector<charts::DirectoryIndex>& directories, const ScanDirectory& scan,
                             const ScanContext& context);

  Parts in_;
};

}  // namespace reaper::live
