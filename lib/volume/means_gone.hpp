#pragma once

#include "base/error.hpp"

#include <cerrno>

namespace reaper::volume {

/// Returns true if the error of opening a directory below the root means that the directory has gone, or that a file or
/// a link has its name (open(2), openat2(2)). Any other error does not tell what is there.
[[nodiscard]] inline bool means_gone(const base::Error& error) noexcept {
  return error.is(ENOENT) || error.is(ENOTDIR) || error.is(ELOOP);
}

/// Returns true also if something is mounted on the directory, so that its charts are hidden.
[[nodiscard]] inline bool means_out_of_reach(const base::Error& error) noexcept {
  return means_gone(error) || error.is(EXDEV);
}

}  // namespace reaper::volume
