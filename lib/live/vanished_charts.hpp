#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::live {

/// Counts the charts that other programs removed.
///
/// A chart that was renamed, or moved with its set, has not vanished. So a missing chart waits for settle(), at the end
/// of a check of the volume. settle() does not count a chart that is back under its path, or for which another chart
/// with the same time and size appeared.
class VanishedCharts {
 public:
  /// Stands for the number of a rename: a later event will say how the chart left.
  static constexpr std::uint32_t k_not_told_yet = 0xffffffffU;

  explicit VanishedCharts(const charts::Catalog& catalog) : catalog_(&catalog) {}

  /// Notes that a chart of the catalog is missing. An excluded chart is ignored, because its removal reports the
  /// outcome. `move` is the number of a rename (the cookie of inotify(7)) that may end at another name. With it, the
  /// chart waits for one more settle(), in case the new name is reported only then.
  void note_gone(charts::ChartIndex index, std::uint32_t move = 0);
  /// Does the same for all charts directly in a directory.
  void note_gone_directory(charts::DirectoryIndex directory, std::uint32_t move = 0);
  /// Notes that a chart of a plan is missing.
  void note_gone(const charts::ChartSnapshot& chart) { add({.chart = chart}); }

  /// Returns true if a writer may still have been writing the chart at this time. Then it may have had a temporary
  /// name, and no other program removed it.
  [[nodiscard]] static bool may_be_temporary(base::FileTime modified, base::FileTime at) {
    return at - modified < k_max_write_time;
  }

  /// Notes a chart that is new or has changed.
  void note_came(std::int64_t modified_ns, std::uint64_t counted_bytes);

  /// Notes that this rename ended at another name. Charts that wait for it have not vanished.
  void note_moved(std::uint32_t move);
  /// Notes that this chart left its path by a rename; 0 if the rename has already ended at another name.
  void note_renamed(std::string_view directory, std::string_view name, std::uint32_t move);

  /// Decides about the waiting charts, at the end of a check of the volume.
  void settle();

  /// Forgets the waiting charts, because they belong to an old catalog.
  void clear();

  /// Returns true if charts wait for settle().
  [[nodiscard]] bool is_undecided() const noexcept { return !waiting_.empty() || further_gone_ != 0; }

  /// Returns the number of charts that vanished since the start.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  /// The number of charts remembered at a time, which takes about 1.5 MB during a check. Beyond it, only the numbers of
  /// missing and new charts are compared.
  static constexpr std::size_t k_max_remembered = 10'000;

  /// The longest time in which a writer finishes a chart. Then it renames the file if the name was a temporary one.
  static constexpr std::chrono::minutes k_max_write_time{1};

  struct Waiting {
    charts::ChartSnapshot chart;
    std::uint32_t move = 0;  // 0 for none
    bool is_last_look = true;
  };
  /// The time and the size of a chart, which a rename does not change.
  using Content = std::pair<std::int64_t, std::uint64_t>;

  void add(Waiting waiting);
  [[nodiscard]] bool is_back(const charts::ChartSnapshot& chart) const;

  const charts::Catalog* catalog_;
  std::vector<Waiting> waiting_;
  std::uint64_t further_gone_ = 0;
  std::vector<Content> came_;
  std::uint64_t further_came_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace reaper::live
