#include "workspace.hpp"

#include "base/file_descriptor.hpp"
#include "chart_file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

namespace stress {
namespace {

void check(int result, const std::filesystem::path& path) {
  if (result < 0) throw std::system_error(errno, std::system_category(), path);
}

/// Makes new files belong to the directory's group, and lets the group write.
void share_with(const std::filesystem::path& directory, uid_t user) {
  constexpr mode_t k_shared_directory = 02775;
  check(::chown(directory.c_str(), static_cast<uid_t>(-1), user), directory);
  check(::chmod(directory.c_str(), k_shared_directory), directory);
}

/// Appends ever smaller blocks until nothing more fits.
void append_all_there_is(int file) {
  for (std::size_t bytes = std::size_t{1} << 20U; bytes >= 512; bytes /= 2) {
    const std::vector<char> block(bytes, 'x');
    while (::write(file, block.data(), block.size()) > 0) continue;
  }
  ::fsync(file);
}

}  // namespace

Workspace::Workspace(const std::filesystem::path& parent, std::uint32_t charts, std::optional<uid_t> user) {
  std::string name = std::filesystem::absolute(parent) / "stress-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::system_category(), name);
  path_ = name;
  if (user) share_with(path_, *user);
  for (std::uint32_t chart = 0; chart < charts; ++chart)
    if (std::filesystem::create_directory(path_ / set_name(chart)) && user) share_with(path_ / set_name(chart), *user);
}

Workspace::~Workspace() {
  std::error_code ignored;  // The volume is the caller's, who can check what could not be removed.
  std::filesystem::remove_all(path_, ignored);
}

void Workspace::fill_volume() const {
  const std::filesystem::path ballast = path_ / "ballast";
  const reaper::base::FileDescriptor file(::open(ballast.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (file) append_all_there_is(file.get());
}

std::string volume_type(const std::filesystem::path& directory) {
  constexpr long k_xfs_magic = 0x58465342;
  struct statfs volume {};
  if (::statfs(directory.c_str(), &volume) < 0) return "unknown";
  switch (static_cast<long>(volume.f_type)) {
    case EXT4_SUPER_MAGIC: return "ext4";
    case TMPFS_MAGIC: return "tmpfs";
    case BTRFS_SUPER_MAGIC: return "btrfs";
    case OVERLAYFS_SUPER_MAGIC: return "overlay";
    case k_xfs_magic: return "xfs";
    default: return "other";
  }
}

}  // namespace stress
