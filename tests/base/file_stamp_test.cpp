#include "base/file_stamp.hpp"

#include "support/catch.hpp"

#include <sys/stat.h>

#include <functional>
#include <vector>

using reaper::base::file_stamp;
using reaper::base::FileStamp;

TEST_CASE("a stamp differs once anything about the file does") {
  struct stat file {};
  const FileStamp before = file_stamp(file);
  CHECK(file_stamp(file) == before);
  const std::vector<std::function<void(struct stat&)>> changes{[](struct stat& changed) { changed.st_dev = 1; },
                                                               [](struct stat& changed) { changed.st_ino = 1; },
                                                               [](struct stat& changed) { changed.st_mode = 1; },
                                                               [](struct stat& changed) { changed.st_size = 1; },
                                                               [](struct stat& changed) { changed.st_mtim.tv_sec = 1; },
                                                               [](struct stat& changed) { changed.st_ctim.tv_nsec = 1; }};
  for (const auto& change : changes) {
    struct stat changed {};
    change(changed);
    CHECK_FALSE(file_stamp(changed) == before);
  }
  CHECK_FALSE(FileStamp{.error_number = 2} == before);
}
