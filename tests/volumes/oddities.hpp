#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// The oddities of an odd_fs, and their options on its command line.
namespace odd {

using namespace std::literals;

// clang-format off
enum class Call {
  chmod, chown, create, flock, flush, fsync, getattr, link, mkdir, open, opendir, read, readdir, release, rename, rmdir,
  statfs, truncate, unlink, utimens, write,
};

constexpr std::array k_call_names{
  "chmod"sv, "chown"sv, "create"sv, "flock"sv, "flush"sv, "fsync"sv, "getattr"sv, "link"sv, "mkdir"sv, "open"sv,
  "opendir"sv, "read"sv, "readdir"sv, "release"sv, "rename"sv, "rmdir"sv, "statfs"sv, "truncate"sv, "unlink"sv,
  "utimens"sv, "write"sv,
};
// clang-format on
static_assert(k_call_names.size() == static_cast<std::size_t>(Call::write) + 1);

constexpr std::array k_errno_names{
    std::pair{"EACCES"sv, EACCES}, std::pair{"EBUSY"sv, EBUSY},   std::pair{"EIO"sv, EIO},
    std::pair{"ENOSPC"sv, ENOSPC}, std::pair{"ENOSYS"sv, ENOSYS}, std::pair{"ENOTSUP"sv, ENOTSUP},
    std::pair{"EPERM"sv, EPERM},   std::pair{"EROFS"sv, EROFS},   std::pair{"ESTALE"sv, ESTALE}};

/// The times of a directory with --still-directories: any that are past.
constexpr timespec k_still_time{1'600'000'000, 0};

struct Oddities {
  std::chrono::milliseconds delay{0};
  std::array<int, k_call_names.size()> failures{};  ///< an errno for each call, 0 for one that works
  std::optional<Call> hanging;
  bool path_inodes = false;
  bool still_directories = false;
};

inline std::optional<Call> call_named(std::string_view name) {
  const auto* const found = std::find(k_call_names.begin(), k_call_names.end(), name);
  if (found == k_call_names.end()) return {};
  return static_cast<Call>(found - k_call_names.begin());
}

/// Takes one of our own options. False if it is none, or a bad one.
inline bool take_option(std::string_view option, Oddities& odd) {
  const std::size_t equals = std::min(option.find('='), option.size());
  const std::string_view name = option.substr(0, equals);
  const std::string value(option.substr(std::min(equals + 1, option.size())));
  if (name == "--delay-ms") odd.delay = std::chrono::milliseconds(std::atoi(value.c_str()));
  else if (name == "--path-inodes") odd.path_inodes = true;
  else if (name == "--still-directories") odd.still_directories = true;
  else if (name == "--hang") return (odd.hanging = call_named(value)).has_value();
  else if (name == "--fail") {
    const std::size_t colon = std::min(value.find(':'), value.size());
    const auto call = call_named(value.substr(0, colon));
    const auto* const error = std::find_if(k_errno_names.begin(), k_errno_names.end(), [&](const auto& known) {
      return colon < value.size() && known.first == value.substr(colon + 1);
    });
    if (!call || error == k_errno_names.end()) return false;
    odd.failures[static_cast<std::size_t>(*call)] = error->second;
  } else {
    return false;
  }
  return true;
}

}  // namespace odd
