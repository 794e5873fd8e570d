#pragma once

#include "base/error.hpp"

#include <cerrno>

namespace reaper::volume {

/// True if an error of opening a directory below the root says that the directory has gone, or that a file or a link
/// stands in its place (open(2), openat2(2)). Every other error says nothing about what is there.
[[nodiscard]] inline bool means_gone(const base::Error& error) noexcept {
  return error.is(ENOENT) || error.is(ENOTDIR) || error.is(ELOOP);
}

/// The same, or that something is mounted on the directory, so that its charts are hidden.
[[nodiscard]] inline bool means_out_of_reach(const base::Error& error) noexcept {
  return means_gone(error) || error.is(EXDEV);
}

}  // namespace reaper::volume
