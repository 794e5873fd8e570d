#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace stress {

/// A new directory with empty chart sets in it, removed with everything below at the end.
class Workspace {
 public:
  /// For so many charts; writable for the group of `user`, if one is given. Throws std::system_error.
  Workspace(const std::filesystem::path& parent, std::uint32_t charts, std::optional<uid_t> user);
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Leaves no free block on the volume.
  void fill_volume() const;

 private:
  std::filesystem::path path_;
};

/// What kind of file system the directory is on, e.g. `ext4`.
[[nodiscard]] std::string volume_type(const std::filesystem::path& directory);

}  // namespace stress
