#pragma once

#include <string_view>

namespace reaper::volume {

/// Returns true for a directory that a file system, a desktop or a network store keeps for itself, by its name:
/// `lost+found`, snapshots, thumbnails and trash. Many belong to another user and cannot be read. Nothing in them is a
/// chart, so they are neither read nor watched, at any depth.
[[nodiscard]] bool is_foreign_directory(std::string_view name) noexcept;

/// The same for a path relative to the root: true if one of its steps is such a directory.
[[nodiscard]] bool leads_to_foreign_directory(std::string_view path) noexcept;

}  // namespace reaper::volume
