#pragma once

#include "charts/catalog.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::live {

/// Counts the charts that have gone without this program: another program has removed them.
///
/// A chart that was renamed, or moved with its set, has not gone. So those that are no longer found wait for settle(),
/// at the end of a look at the volume. It does not count a chart that is found again under its path, nor one for which
/// another chart of the same time and size has come.
class VanishedCharts {
 public:
  /// In place of the number of a rename: an event that is still to come tells how the chart has gone.
  static constexpr std::uint32_t k_not_told_yet = 0xffffffffU;

  explicit VanishedCharts(const charts::Catalog& catalog) : catalog_(&catalog) {}

  /// A chart of the catalog is not found any more. An excluded one is left out: its removal tells what became of it.
  /// With `move`, the number of a rename that may end at another name (inotify(7) calls it a cookie), the chart waits
  /// for one more look, in case the name is reported only then.
  void note_gone(charts::ChartIndex index, std::uint32_t move = 0);
  /// The same for all charts directly in a directory.
  void note_gone_directory(charts::DirectoryIndex directory, std::uint32_t move = 0);
  /// The same for a chart that was judged.
  void note_gone(const charts::ChartSnapshot& chart) { add({.chart = chart}); }

  /// A chart has come, or has changed.
  void note_came(std::int64_t modified_ns, std::uint64_t counted_bytes);

  /// The rename of this number has ended at another name: what waits for it has not gone.
  void note_moved(std::uint32_t move);
  /// The chart of this path has gone by this rename, or by one that has ended at another name already (0).
  void note_renamed(std::string_view directory, std::string_view name, std::uint32_t move);

  /// Decides about the charts that wait, at the end of a look at the volume.
  void settle();

  /// Forgets the charts that wait; they belong to another catalog.
  void clear();

  /// True if charts wait for settle().
  [[nodiscard]] bool is_undecided() const noexcept { return !waiting_.empty() || further_gone_ != 0; }

  /// Charts that have vanished since the start.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  /// As many as this are remembered, which takes about 1.5 MB for as long as a look lasts. Of more at a time, only the
  /// number that has gone and the number that has come are compared.
  static constexpr std::size_t k_max_remembered = 10'000;

  struct Waiting {
    charts::ChartSnapshot chart;
    std::uint32_t move = 0;  // 0 for none
    bool is_last_look = true;
  };
  /// The time and the size of a chart, which a rename leaves as they are.
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
