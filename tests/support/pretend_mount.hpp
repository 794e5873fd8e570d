#pragma once

#include "support/catch.hpp"
#include "support/faulty_system.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace reaper::test {

/// The file-system type of a pretended mount.
struct MountType {
  std::uint32_t magic;  ///< of statfs(2)
  std::string name;     ///< as in mountinfo
  std::string options = "rw";
  std::string top = "/";  ///< the directory of the file system that is mounted
};

/// Makes the directory look like one on such a mount.
inline void pretend_mount(FaultySystem& system, const std::filesystem::path& directory, const MountType& type) {
  struct statx self {};
  REQUIRE(::statx(AT_FDCWD, directory.c_str(), 0, STATX_BASIC_STATS | STATX_MNT_ID, &self) == 0);
  system.pretend_kind(type.magic);
  system.pretend_mounts(fmt::format("{} 1 {}:{} {} / rw - {} source {}\n", self.stx_mnt_id, self.stx_dev_major,
                                    self.stx_dev_minor, type.top, type.name, type.options));
}

}  // namespace reaper::test
