#include "config/file_watch.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace reaper::config {
namespace {

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

}  // namespace

FileWatch::FileWatch(std::string path) : path_(std::move(path)), read_(look()), seen_(read_) {}

void FileWatch::note_reading() { read_ = look(); }

bool FileWatch::has_changed() {
  State now = look();
  const bool has_settled = now == seen_;
  seen_ = std::move(now);
  return has_settled && seen_ != read_;
}

FileWatch::State FileWatch::look() const {
  struct stat file {};
  if (::stat(path_.c_str(), &file) != 0) return {0, 0, 0, 0, 0, errno};
  return {file.st_dev, file.st_ino, file.st_size, nanoseconds(file.st_mtim), nanoseconds(file.st_ctim), 0};
}

}  // namespace reaper::config
