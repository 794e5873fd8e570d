#include "base/error.hpp"

#include "base/printable.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace reaper::base {

std::string Error::message() const {
  if (path.empty()) return fmt::format("{}: {}", operation, code.message());
  return fmt::format("{} '{}': {}", operation, printable(path), code.message());
}

Error last_error(std::string_view operation, std::string_view path) { return errno_error(errno, operation, path); }

Error errno_error(int error_number, std::string_view operation, std::string_view path) {
  return Error{{error_number, std::system_category()}, std::string(operation), std::string(path)};
}

void throw_exception_from_error(const Error& error, const boost::source_location& /*location*/) {
  throw std::system_error(error.code, error.message());
}

}  // namespace reaper::base
