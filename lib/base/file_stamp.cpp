#include "base/file_stamp.hpp"

#include <sys/stat.h>

namespace reaper::base {
namespace {

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

}  // namespace

FileStamp file_stamp(const struct stat& file) {
  return {.device = file.st_dev,
          .inode = file.st_ino,
          .mode = file.st_mode,
          .size_bytes = file.st_size,
          .modified_ns = nanoseconds(file.st_mtim),
          .changed_ns = nanoseconds(file.st_ctim)};
}

}  // namespace reaper::base
