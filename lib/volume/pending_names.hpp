#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::volume {

/// The names of the directories that are still to be entered from one that has been read: one after the other, each
/// with its NUL, because a root may have a million of them; in blocks, which are given back as their names are taken.
class PendingNames {
 public:
  /// `name` is NUL-terminated.
  void add(std::string_view name) {
    if (first_ == blocks_.size() || blocks_.back().size() + name.size() >= k_block_bytes) {
      blocks_.emplace_back().reserve(k_block_bytes);
    }
    blocks_.back().append(name.data(), name.size() + 1);
    ++count_;
  }

  /// The names that were added and not taken yet.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  /// Null if there is none left. The name lives until the next call.
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
  /// Few are cut short, and each is a share of what a small container may have.
  static constexpr std::size_t k_block_bytes = 16 * 1024;

  std::vector<std::string> blocks_;
  std::size_t first_ = 0;  // the first block that has names left
  std::size_t next_ = 0;   // in that block
  std::size_t count_ = 0;
};

}  // namespace reaper::volume
