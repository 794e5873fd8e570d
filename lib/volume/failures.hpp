#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::volume {

/// After this many failures in a row a sweep leaves the rest of a directory. A disk that slowly answers every call with
/// EIO must not hold up the other directories.
inline constexpr unsigned k_max_failures_in_a_row = 32;

/// The failures of one sweep. All are counted, but only the first of each system call in each directory keeps its text.
/// A broken disk with a million files must not write a million log lines.
class Failures {
 public:
  /// Counts a failure. `directory` is the directory in which it happened, relative to the root.
  void add(base::Error error, std::string_view directory);

  /// Counts the failures of one directory. Their paths are names in it; empty for the directory itself.
  void add_all(const Failures& in_directory, std::string_view directory);

  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

  /// Returns the number of failures by system call, e.g. {"openat", 3}.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& by_operation() const noexcept { return by_operation_; }

  /// Returns the failures that kept their text, at most `k_max_kept`.
  [[nodiscard]] const std::vector<base::Error>& kept() const noexcept { return kept_; }

  /// One screen of text. More lines would tell an operator nothing that the counts do not.
  static constexpr std::size_t k_max_kept = 50;

 private:
  void keep(base::Error error, std::string_view directory);

  std::uint64_t total_ = 0;
  std::map<std::string, std::uint64_t> by_operation_;
  std::vector<base::Error> kept_;
  std::set<std::pair<std::string, std::string>> seen_;  // operation and directory
};

}  // namespace reaper::volume
