#pragma once

#include "live/change_source.hpp"
#include "live/directory_times.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <functional>
#include <utility>

namespace reaper::live {

/// Learns of changes by the times of directories: those whose time is another one are read again.
///
/// A writer that makes, replaces or removes a chart changes its directory's time. One that writes into an old chart
/// does not, so its size is known with the next full scan; its removal looks again anyway.
class PollingSource final : public ChangeSource {
 public:
  /// The parts that it works with.
  struct Parts {
    volume::Root& root;
    charts::Catalog& catalog;
    volume::Progress& progress;
    DirectoryTimes times;
    std::function<void(charts::DirectoryIndex)> forget;  ///< forgets a directory, with its watch
  };

  explicit PollingSource(Parts parts) : in_(std::move(parts)) {}

  void before_reading(charts::DirectoryIndex directory, int descriptor, const ScanContext& context) override {
    in_.times.note(directory, descriptor, context);
  }
  volume::TooDeep apply(const ScanDirectory& scan, const ScanContext& context) override;

  /// Reads the directories again that could not be read to their end.
  volume::TooDeep read_incomplete(const ScanDirectory& scan, const ScanContext& context);

 private:
  [[nodiscard]] bool has_changed(charts::DirectoryIndex directory);
  volume::TooDeep read_again(const std::function<bool(charts::DirectoryIndex)>& wanted, const ScanDirectory& scan,
                             const ScanContext& context);

  Parts in_;
};

}  // namespace reaper::live
