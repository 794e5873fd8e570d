#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace bench {

/// What to throw when a system call has just failed.
inline std::system_error failed(const std::string& operation) { return {errno, std::generic_category(), operation}; }

}  // namespace bench
