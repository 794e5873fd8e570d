#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace bench {

/// Returns the exception for a system call that has just failed.
inline std::system_error failed(const std::string& operation) { return {errno, std::generic_category(), operation}; }

}  // namespace bench
