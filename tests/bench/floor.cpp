#include "floor.hpp"

#include "base/file_descriptor.hpp"
#include "failed.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

namespace bench {
namespace {

using reaper::base::FileDescriptor;

constexpr std::size_t k_buffer_bytes = 32 * 1024;
constexpr std::string_view k_suffix = ".png";

class Walk {
 public:
  explicit Walk(std::optional<time_t> older_than) : older_than_(older_than) {}

  /// `name` is relative to the open directory `above`.
  void enter(int above, const char* name) {
    const FileDescriptor directory(::openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) throw failed(std::string("openat ") + name);
    ++walked_.directories;
    std::vector<std::string> below;
    while (const std::size_t length = read(directory.get())) take_entries(directory.get(), length, below);
    for (const std::string& subdirectory : below) enter(directory.get(), subdirectory.c_str());
  }

  [[nodiscard]] const Walked& walked() const { return walked_; }

 private:
  std::size_t read(int directory) {
    const long length = ::syscall(SYS_getdents64, directory, buffer_.data(), buffer_.size());
    if (length < 0) throw failed("getdents64");
    return static_cast<std::size_t>(length);
  }

  void take_entries(int directory, std::size_t length, std::vector<std::string>& below) {
    for (std::size_t at = 0; at < length;) {
      std::uint16_t entry_length = 0;
      std::memcpy(&entry_length, &buffer_[at + offsetof(dirent64, d_reclen)], sizeof entry_length);
      const auto type = std::to_integer<unsigned char>(buffer_[at + offsetof(dirent64, d_type)]);
      const char* name = reinterpret_cast<const char*>(&buffer_[at + offsetof(dirent64, d_name)]);
      at += entry_length;
      if (type == DT_REG && std::string_view(name).ends_with(k_suffix)) look_at(directory, name);
      else if (type == DT_DIR && std::strcmp(name, ".") != 0 && std::strcmp(name, "..") != 0) below.emplace_back(name);
    }
  }

  void look_at(int directory, const char* name) {
    struct statx file {};
    if (::statx(directory, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &file) != 0)
      throw failed(std::string("statx ") + name);
    ++walked_.charts;
    walked_.bytes += file.stx_size;
    if (!older_than_ || file.stx_mtime.tv_sec >= *older_than_) return;
    if (::unlinkat(directory, name, 0) != 0) throw failed(std::string("unlinkat ") + name);
    ++walked_.removed;
  }

  std::optional<time_t> older_than_;
  std::array<std::byte, k_buffer_bytes> buffer_{};
  Walked walked_;
};

}  // namespace

Walked walk(const std::string& root, std::optional<time_t> older_than) {
  Walk walk(older_than);
  walk.enter(AT_FDCWD, root.c_str());
  return walk.walked();
}

}  // namespace bench
