#pragma once

#include <string_view>

namespace reaper::volume {

/// Returns true if the name belongs to a directory of the file system, the desktop or a network store: `lost+found`,
/// snapshots, thumbnails, trash. Many of them belong to another user and cannot be read. They hold no charts, so they
/// are neither scanned nor watched, at any depth.
[[nodiscard]] bool is_foreign_directory(std::string_view name) noexcept;

/// Returns true if any step of the path, relative to the root, is such a directory.
[[nodiscard]] bool leads_to_foreign_directory(std::string_view path) noexcept;

}  // namespace reaper::volume
