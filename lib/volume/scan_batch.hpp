#pragma once

#include "charts/chart.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::volume {

/// A directory that was read, or a part of a huge one. It is filled in place and used again for the next one, so that
/// nothing is allocated for a chart. It has no ties to the scan that filled it: names are copies.
class ScanBatch {
 public:
  /// How the reading of the directory went on after the batch.
  enum class Ending : std::uint8_t {
    more,      ///< the next batch has more of the directory
    complete,  ///< it was read to its end
    failed,    ///< not all that is in it could be looked at
    stopped,   ///< the scan was asked to stop
  };

  /// A chart of the batch; the name is NUL-terminated and lives as long as the batch is not filled again.
  struct Chart {
    std::string_view name;
    const charts::ChartState& state;
  };

  [[nodiscard]] std::size_t chart_count() const noexcept { return charts_.size(); }
  [[nodiscard]] Chart chart(std::size_t position) const noexcept {
    const Entry& entry = charts_[position];
    return {{names_.data() + entry.name, entry.name_length}, entry.state};
  }

  /// The names of charts that a remover has left in quarantine.
  [[nodiscard]] const std::vector<std::string>& leftovers() const noexcept { return leftovers_; }
  /// The directories directly in it.
  [[nodiscard]] std::uint32_t subdirectories() const noexcept { return subdirectories_; }
  /// All else directly in it that is no chart, leftovers included.
  [[nodiscard]] std::uint32_t others() const noexcept { return others_; }

  [[nodiscard]] Ending ending() const noexcept { return ending_; }
  /// True for the last batch of a directory.
  [[nodiscard]] bool is_last() const noexcept { return ending_ != Ending::more; }

  // For those who fill it.

  void clear() noexcept {
    charts_.clear();
    names_.clear();
    leftovers_.clear();
    subdirectories_ = 0;
    others_ = 0;
    ending_ = Ending::more;
  }
  /// Returns the state, to be filled in; it stays there until the next chart is added.
  charts::ChartState& add_chart(std::string_view name) {
    const auto begin = static_cast<std::uint32_t>(names_.size());
    names_.append(name.data(), name.size() + 1);
    return charts_.emplace_back(Entry{begin, static_cast<std::uint32_t>(name.size()), {}}).state;
  }
  void add_leftover(std::string_view name) { leftovers_.emplace_back(name); }
  void add_subdirectory() noexcept { ++subdirectories_; }
  void add_other() noexcept { ++others_; }
  void end(Ending ending) noexcept { ending_ = ending; }

 private:
  struct Entry {
    std::uint32_t name;  // its place in `names_`
    std::uint32_t name_length;
    charts::ChartState state;
  };

  std::vector<Entry> charts_;
  std::string names_;  // one after the other, each with its NUL
  std::vector<std::string> leftovers_;
  std::uint32_t subdirectories_ = 0;
  std::uint32_t others_ = 0;
  Ending ending_ = Ending::more;
};

}  // namespace reaper::volume
