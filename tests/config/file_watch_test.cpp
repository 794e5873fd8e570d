#include "config/file_watch.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <chrono>
#include <filesystem>

using reaper::config::FileWatch;
using reaper::test::TempDir;
namespace fs = std::filesystem;

namespace {

/// A watched file with explicit times, so that each write changes its time.
struct WatchedFile {
  WatchedFile() { write("max-age-hours=6\n", 1); }

  void write(std::string_view text, int hour) const {
    dir.write_file("reaper.conf", text, reaper::base::FileTime(std::chrono::hours(400'000 + hour)));
  }

  TempDir dir;
};

}  // namespace

TEST_CASE_METHOD(WatchedFile, "an unchanged file is not reported") {
  FileWatch watch(dir.path("reaper.conf"));
  for (int look = 0; look < 3; ++look) CHECK_FALSE(watch.has_changed());
}

TEST_CASE_METHOD(WatchedFile, "a change is reported once the file stayed the same for one more check") {
  FileWatch watch(dir.path("reaper.conf"));
  SECTION("written in place") { write("max-age-hours=7\n", 2); }
  SECTION("replaced by a rename") {
    dir.write_file("new", "max-age-hours=7\n", reaper::base::FileTime(std::chrono::hours(400'001)));
    fs::rename(dir.path("new"), dir.path("reaper.conf"));
  }
  SECTION("removed") { fs::remove(dir.path("reaper.conf")); }
  SECTION("made readable for others, so that it can now be read") {
    fs::permissions(dir.path("reaper.conf"), fs::perms::owner_read);
  }
  CHECK_FALSE(watch.has_changed());
  CHECK(watch.has_changed());
  watch.note_reading();
  CHECK_FALSE(watch.has_changed());
}

TEST_CASE_METHOD(WatchedFile, "a file that is still being written is not reported") {
  FileWatch watch(dir.path("reaper.conf"));
  write("max-", 2);
  CHECK_FALSE(watch.has_changed());
  write("max-age-", 3);
  CHECK_FALSE(watch.has_changed());
  write("max-age-hours=7\n", 4);
  CHECK_FALSE(watch.has_changed());
  CHECK(watch.has_changed());
}

TEST_CASE_METHOD(WatchedFile, "a change that was already loaded elsewhere is not reported") {
  FileWatch watch(dir.path("reaper.conf"));
  write("max-age-hours=7\n", 2);
  watch.note_reading();
  for (int look = 0; look < 3; ++look) CHECK_FALSE(watch.has_changed());
  SECTION("but a later write is") { write("max-age-hours=8\n", 3); }
  CHECK_FALSE(watch.has_changed());
}

TEST_CASE("an updated ConfigMap is a change") {
  const TempDir dir;
  const auto publish = [&](const std::string& version, int hour) {
    dir.write_file(version + "/reaper.conf", "max-age-hours=6\n", reaper::base::FileTime(std::chrono::hours(hour)));
    fs::create_directory_symlink(version, dir.path("..data_tmp"));
    fs::rename(dir.path("..data_tmp"), dir.path("..data"));
  };
  publish("..2026_1", 400'000);
  fs::create_symlink("..data/reaper.conf", dir.path("reaper.conf"));
  FileWatch watch(dir.path("reaper.conf"));
  publish("..2026_2", 400'000);
  fs::remove_all(dir.path("..2026_1"));
  CHECK_FALSE(watch.has_changed());
  CHECK(watch.has_changed());
}
