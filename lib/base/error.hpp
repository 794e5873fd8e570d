#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <system_error>

namespace reaper::base {

/// A failed operation: what was tried, on which path, and why it failed.
struct Error {
  std::error_code code;
  std::string operation;
  std::string path;

  /// Returns one line, e.g. `unlinkat 'A_1d/x.png': Permission denied`. The path is made printable.
  [[nodiscard]] std::string message() const;

  /// Returns the same error with this path, for a caller that knows the whole path.
  [[nodiscard]] Error with_path(std::string_view whole_path) const {
    return {code, operation, std::string(whole_path)};
  }

  /// Returns true if the code is this errno value.
  [[nodiscard]] bool is(int error_number) const noexcept {
    return code.category() == std::system_category() && code.value() == error_number;
  }
};

/// The result of a fallible function: a value, or the Error that prevented it.
template <class T>
using Result = boost::system::result<T, Error>;

/// Returns the Error for the system call that has just failed. It reads errno, so call it on the very next line.
[[nodiscard]] Error last_error(std::string_view operation, std::string_view path = {});

/// Returns the Error for a known errno value.
[[nodiscard]] Error errno_error(int error_number, std::string_view operation, std::string_view path = {});

/// Called by Result::value() if the result is an Error that was not checked. Throws std::system_error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& location);

}  // namespace reaper::base
