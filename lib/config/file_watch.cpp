#include "config/file_watch.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace reaper::config {

FileWatch::FileWatch(std::string path) : path_(std::move(path)), read_(look()), seen_(read_) {}

void FileWatch::note_reading() { read_ = look(); }

bool FileWatch::has_changed() {
  const base::FileStamp now = look();
  const bool has_settled = now == seen_;
  seen_ = now;
  return has_settled && seen_ != read_;
}

base::FileStamp FileWatch::look() const {
  struct stat file {};
  if (::stat(path_.c_str(), &file) != 0) return {.error_number = errno};
  return base::file_stamp(file);
}

}  // namespace reaper::config
