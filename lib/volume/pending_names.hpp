#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::volume {

/// The subdirectories of one directory that the scan has still to enter. A root may have a million, so the names are
/// stored back to back, each with its NUL, in blocks. A block is freed once all its names are taken.
class PendingNames {
 public:
  /// Adds a name, which must be NUL-terminated.
  void add(std::string_view name) {
    if (first_ == blocks_.size() || blocks_.back().size() + name.size() >= k_block_bytes) {
      blocks_.emplace_back().reserve(k_block_bytes);
    }
    blocks_.back().append(name.data(), name.size() + 1);
    ++count_;
  }

  /// Returns the number of names that were added and not yet taken.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  /// Takes the next name, or returns null if there is none. The name stays valid until the next call.
  [[nodiscard]] const char* take() {
    if (first_ != blocks_.size() && next_ == blocks_[first_].size()) {
      std::string().swap(blocks_[first_]);
      ++first_;
      next_ = 0;
    }
    if (first_ == blocks_.size()) return nullptr;
    const char* const name = blocks_[first_].c_str() + next_;
    next_ += std::strlen(name) + 1;
    --count_;
    return name;
  }

 private:
  /// Large enough that few blocks waste their end, and small beside the memory of a small container.
  static constexpr std::size_t k_block_bytes = 16 * 1024;

  std::vector<std::string> blocks_;
  std::size_t first_ = 0;  // the first block with names left
  std::size_t next_ = 0;   // the position in that block
  std::size_t count_ = 0;
};

}  // namespace reaper::volume
