#pragma once

#include "base/clock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace reaper::test {

/// A temporary directory, removed with its content at the end. Functions take paths relative to it and throw on
/// failure, because the test itself is then broken.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chart-reaper-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) fail("mkdtemp", pattern);
    path_ = pattern;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    // Errors are ignored: a destructor cannot report what it failed to remove.
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path path(std::string_view relative) const { return path_ / relative; }

  /// Makes the directory and its parents.
  std::filesystem::path make_dir(std::string_view relative) const {
    std::filesystem::create_directories(path(relative));
    return path(relative);
  }

  /// Writes the file, in place if it exists, and makes its parents.
  std::filesystem::path write_file(std::string_view relative, std::string_view content = {}) const {
    const std::filesystem::path file = path(relative);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) throw std::runtime_error("cannot write " + file.string());
    return file;
  }

  /// Writes the file and sets its modification time.
  std::filesystem::path write_file(std::string_view relative, std::string_view content, base::FileTime modified) const {
    std::filesystem::path file = write_file(relative, content);
    set_modified(relative, modified);
    return file;
  }

  /// Sets the modification time of a file, a directory or a symbolic link itself.
  void set_modified(std::string_view relative, base::FileTime modified) const {
    const std::chrono::nanoseconds since_epoch = modified.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
    const timespec accessed{0, UTIME_OMIT};
    const timespec times[] = {accessed, {seconds.count(), (since_epoch - seconds).count()}};
    if (utimensat(AT_FDCWD, path(relative).c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) fail("utimensat", relative);
  }

  /// Returns true if the name exists, even as a dangling symbolic link.
  [[nodiscard]] bool has(std::string_view relative) const {
    return std::filesystem::exists(std::filesystem::symlink_status(path(relative)));
  }

 private:
  [[noreturn]] static void fail(const char* operation, std::string_view path) {
    const std::error_code code(errno, std::system_category());
    throw std::system_error(code, std::string(operation) + " '" + std::string(path) + "'");
  }

  std::filesystem::path path_;
};

}  // namespace reaper::test
