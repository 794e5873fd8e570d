#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace reaper::daemon {

/// Standard output of a command. It is unbuffered, so that no failure is lost at the end.
///
/// If the reader has gone, like `head`, the rest is dropped silently. Any other failure is reported by exit_code(); the
/// command goes on.
class Output {
 public:
  void write(std::string_view text);

  template <class... Arguments>
  void print(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    write(fmt::format(format, std::forward<Arguments>(arguments)...));
  }

  /// Returns `code`, or k_cannot_write if `code` is k_ok and something could not be written. Writes the reason for that
  /// to standard error.
  [[nodiscard]] int exit_code(int code) const;

 private:
  bool reader_has_gone_ = false;
  int error_ = 0;  // the errno of the first failure
};

/// Writes to standard error. A failure is ignored, because there is no place left to report it.
void write_error(std::string_view text) noexcept;

/// Writes the line `chart-reaper: TEXT` to standard error; failures are ignored.
void complain(std::string_view text);

/// Opens the standard descriptors that the program was started without, so that using them fails as before. Otherwise
/// the next opened file would get such a number, and the program would print into it.
void occupy_standard_descriptors() noexcept;

}  // namespace reaper::daemon
