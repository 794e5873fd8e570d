#pragma once

#include "charts/chart.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::volume {

/// The entries of a directory, or a part of a huge one. The scan fills the same batch again and again, so nothing is
/// allocated for each chart. Names are copies, so a batch does not depend on the scan.
class ScanBatch {
 public:
  /// The state of the directory after this batch.
  enum class Ending : std::uint8_t {
    more,      ///< the next batch continues it
    complete,  ///< read to its end
    failed,    ///< some entries could not be read
    stopped,   ///< the scan was asked to stop
  };

  /// A chart of the batch. The name is NUL-terminated and valid until the batch is filled again.
  struct Chart {
    Chart(std::string_view its_name, const charts::ChartState& its_state) : name(its_name), state(its_state) {}

    std::string_view name;
    charts::ChartState state;
  };

  [[nodiscard]] const std::vector<Chart>& charts() const noexcept { return charts_; }

  /// Returns the quarantine names of charts that a remover left behind.
  [[nodiscard]] const std::vector<std::string>& leftovers() const noexcept { return leftovers_; }
  /// Returns the number of directories directly in it.
  [[nodiscard]] std::uint32_t subdirectories() const noexcept { return subdirectories_; }
  /// Returns the number of other entries that are no charts, leftovers included.
  [[nodiscard]] std::uint32_t others() const noexcept { return others_; }

  [[nodiscard]] Ending ending() const noexcept { return ending_; }
  /// Returns true for the last batch of a directory.
  [[nodiscard]] bool is_last() const noexcept { return ending_ != Ending::more; }

  // Used by the scan, which fills the batch.

  void clear() noexcept {
    charts_.clear();
    block_ = 0;
    used_in_block_ = 0;
    leftovers_.clear();
    subdirectories_ = 0;
    others_ = 0;
    ending_ = Ending::more;
  }
  /// `name` must be NUL-terminated.
  void add_chart(std::string_view name, const charts::ChartState& state) {
    charts_.emplace_back(std::string_view(keep(name), name.size()), state);
  }
  void add_leftover(std::string_view name) { leftovers_.emplace_back(name); }
  void add_subdirectory() noexcept { ++subdirectories_; }
  void add_other() noexcept { ++others_; }
  void end(Ending ending) noexcept { ending_ = ending; }

 private:
  /// Names have at most 255 bytes on nearly all file systems, and never more than PATH_MAX.
  static constexpr std::size_t k_block_bytes = 16 * 1024;

  const char* keep(std::string_view name) {
    const std::size_t bytes = name.size() + 1;
    if (block_ == blocks_.size() || used_in_block_ + bytes > k_block_bytes) next_block();
    char* const place = blocks_[block_].get() + used_in_block_;
    used_in_block_ += bytes;
    std::memcpy(place, name.data(), bytes);
    return place;
  }
  void next_block() {
    if (block_ != blocks_.size()) ++block_;
    if (block_ == blocks_.size()) blocks_.push_back(std::make_unique_for_overwrite<char[]>(k_block_bytes));
    used_in_block_ = 0;
  }

  std::vector<Chart> charts_;
  std::vector<std::unique_ptr<char[]>> blocks_;  // hold the names, which never move
  std::size_t block_ = 0;                        // the one being filled
  std::size_t used_in_block_ = 0;
  std::vector<std::string> leftovers_;
  std::uint32_t subdirectories_ = 0;
  std::uint32_t others_ = 0;
  Ending ending_ = Ending::more;
};

}  // namespace reaper::volume
