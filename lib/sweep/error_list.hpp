#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::sweep {

/// One error of a sweep, in words for its answer. All texts are printable.
struct ReportedError {
  std::string operation;  ///< the system call that failed, or `root`, `removal` or `internal`
  std::string path;       ///< relative to the root; empty if the error concerns no single path
  std::string message;    ///< the reason, e.g. `Permission denied`

  friend bool operator==(const ReportedError&, const ReportedError&) = default;
};

/// Returns one line for people, e.g. `unlinkat 'A_1d/x.png': Permission denied`.
[[nodiscard]] std::string in_words(const ReportedError& error);

/// The errors of one sweep that its answer lists.
class ErrorList {
 public:
  /// A screenful. The counts by operation say how many more there were.
  static constexpr std::size_t k_max_listed = 20;

  /// Lists the first error of each operation, then the second of each, and so on. So a thousand errors of one kind
  /// never hide another kind. The list begins with the first of `errors`.
  void add(const std::vector<base::Error>& errors);

  /// Inserts an error of the whole sweep at the front. `message` must be printable.
  void add_first(std::string_view operation, std::string_view path, std::string_view message);

  [[nodiscard]] const std::vector<ReportedError>& errors() const noexcept { return errors_; }
  [[nodiscard]] bool is_empty() const noexcept { return errors_.empty(); }

 private:
  std::vector<ReportedError> errors_;
};

}  // namespace reaper::sweep
