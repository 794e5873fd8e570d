#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <system_error>

namespace reaper::base {

/// A failed operation: what was tried, on what, and why it failed.
struct Error {
  std::error_code code;
  std::string operation;
  std::string path;

  /// One line for people, e.g. `unlinkat 'A_1d/x.png': Permission denied`; the path is made printable.
  [[nodiscard]] std::string message() const;

  /// True if the failure carries this errno value.
  [[nodiscard]] bool is(int error_number) const noexcept {
    return code.category() == std::system_category() && code.value() == error_number;
  }
};

/// What every fallible function returns: a value, or the Error that prevented it.
template <class T>
using Result = boost::system::result<T, Error>;

/// The Error for the system call that has just failed. Call it on the very next line: it reads errno.
[[nodiscard]] Error last_error(std::string_view operation, std::string_view path = {});

/// The Error for a known errno value.
[[nodiscard]] Error errno_error(int error_number, std::string_view operation, std::string_view path = {});

/// How Result::value() reports an Error that nobody looked at: as a std::system_error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& location);

}  // namespace reaper::base
