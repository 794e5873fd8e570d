#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace stress {

/// A new directory with empty chart sets. It is removed with everything in it at the end.
class Workspace {
 public:
  /// Makes the sets for this number of charts, writable for the group of `user` if given. Throws std::system_error.
  Workspace(const std::filesystem::path& parent, std::uint32_t charts, std::optional<uid_t> user);
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Fills the volume until no block is free.
  void fill_volume() const;

 private:
  std::filesystem::path path_;
};

/// Returns the file system type of the directory, e.g. `ext4`.
[[nodiscard]] std::string volume_type(const std::filesystem::path& directory);

}  // namespace stress
