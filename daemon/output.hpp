#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace reaper::daemon {

/// Standard output of a command, unbuffered, so that nothing can be lost unnoticed at the end.
///
/// A reader that has gone, as `head` does, has seen enough: the rest is left out without a word. Any other failure is
/// kept for the end; the command goes on with its work.
class Output {
 public:
  void write(std::string_view text);

  template <class... Arguments>
  void print(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    write(fmt::format(format, std::forward<Arguments>(arguments)...));
  }

  /// The exit code of a command that would end with `code`: k_cannot_write instead of k_ok if something could not be
  /// written, which is then said in one line on standard error.
  [[nodiscard]] int exit_code(int code) const;

 private:
  bool reader_has_gone_ = false;
  int error_ = 0;  // the errno of the first failure
};

/// Writes to standard error. A failure is ignored: there is nowhere left to say so.
void write_error(std::string_view text) noexcept;

/// Writes the line `chart-reaper: TEXT` to standard error in the same way.
void complain(std::string_view text);

/// Opens what the program was started without of standard input, output and error, in such a way that every use of it
/// fails as before. Otherwise the next file that is opened would take its place, and receive what is printed.
void occupy_standard_descriptors() noexcept;

}  // namespace reaper::daemon
