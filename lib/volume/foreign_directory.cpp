#include "volume/foreign_directory.hpp"

#include "base/path_text.hpp"

#include <algorithm>
#include <array>

namespace reaper::volume {
namespace {

constexpr std::array<std::string_view, 13> k_names{
    "lost+found",  // mkfs of ext4, xfs_repair
    ".snapshot",   // NetApp, EFS and other NFS servers, in every directory
    ".snapshots",  // snapper on btrfs
    ".zfs",        // ZFS with snapdir=visible
    "@eaDir",       "#recycle",
    "#snapshot",                                  // Synology; the first in every directory with pictures
    "@Recycle",     "@Recently-Snapshot",         // QNAP
    "$RECYCLE.BIN", "System Volume Information",  // Windows
    ".Trashes",                                   // macOS
    ".Trash",                                     // desktops on Linux, together with the prefix below
};

/// The trash of one user, with the user id: freedesktop.org, Trash specification.
constexpr std::string_view k_trash_of_user = ".Trash-";

/// A quick test for the first character. Chart sets nearly always begin with another one, and a scan asks for every
/// directory.
constexpr std::string_view k_first_characters = "l.@#$S";

}  // namespace

bool is_foreign_directory(std::string_view name) noexcept {
  if (name.empty() || k_first_characters.find(name.front()) == std::string_view::npos) return false;
  return name.starts_with(k_trash_of_user) || std::ranges::find(k_names, name) != k_names.end();
}

bool leads_to_foreign_directory(std::string_view path) noexcept {
  while (!path.empty())
    if (is_foreign_directory(base::take_first_step(path))) return true;
  return false;
}

}  // namespace reaper::volume
