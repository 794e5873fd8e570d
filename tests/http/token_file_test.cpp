#include "http/token_file.hpp"

#include "support/capture.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>

using namespace reaper;
using namespace std::chrono_literals;
using http::TokenFile;

namespace {

struct Fixture {
  base::SystemClock clock;
  test::Capture capture = test::capture_pipe();
  telemetry::Log log{clock, capture.writer.get()};
  test::TempDir directory;

  /// Writes a file with this content and mode by rename, like a careful operator.
  void put(std::string_view content, mode_t mode = 0400) const {
    const auto file = directory.write_file("new", content);
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    std::filesystem::rename(file, directory.path("token"));
  }

  TokenFile token_file() { return {directory.path("token").string(), log}; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the token is the first line without trailing blanks") {
  TokenFile file = token_file();
  for (const std::string_view content : {"secret", "secret\n", "secret \t\r\n", "secret\nsecond line\n"}) {
    put(content);
    CHECK(file.token() == "secret");
  }
}

TEST_CASE_METHOD(Fixture, "the token file is read again when it changes") {
  TokenFile file = token_file();
  put("first");
  CHECK(file.token() == "first");
  put("other");
  CHECK(file.token() == "other");
  directory.write_file("token", "third", base::FileTime(1h));
  CHECK(file.token() == "third");
}

TEST_CASE_METHOD(Fixture, "a token file open to everybody is refused until its mode is fixed") {
  TokenFile file = token_file();
  for (const mode_t mode : {0644U, 0604U, 0602U, 0601U}) {
    put("secret", mode);
    CHECK_FALSE(file.token());
  }
  CHECK(capture.take().find("defaultMode") != std::string::npos);
  REQUIRE(::chmod(directory.path("token").c_str(), 0440) == 0);
  CHECK(file.token() == "secret");
}

TEST_CASE_METHOD(Fixture, "a token file without a token is refused") {
  TokenFile file = token_file();
  for (const std::string& content :
       {std::string(), std::string(" \n"), std::string("\nsecret"), std::string(4097, 'x')}) {
    put(content);
    CHECK_FALSE(file.token());
  }
  put(std::string(4096, 'x'));
  CHECK(file.token() == std::string(4096, 'x'));
}

TEST_CASE_METHOD(Fixture, "anything but a regular file is refused without blocking") {
  TokenFile file = token_file();
  CHECK_FALSE(file.token());
  REQUIRE(::mkfifo(directory.path("token").c_str(), 0400) == 0);
  CHECK_FALSE(file.token());
  std::filesystem::remove(directory.path("token"));
  directory.make_dir("token");
  CHECK_FALSE(file.token());
}

TEST_CASE_METHOD(Fixture, "links are followed, so that a Kubernetes secret can be rotated") {
  for (const std::string_view version : {"v1", "v2"}) {
    const auto secret = directory.write_file(std::string(version) + "/token", version);
    REQUIRE(::chmod(secret.c_str(), 0440) == 0);
  }
  std::filesystem::create_symlink("v1", directory.path("..data"));
  std::filesystem::create_symlink("..data/token", directory.path("token"));
  TokenFile file = token_file();
  CHECK(file.token() == "v1");
  std::filesystem::create_symlink("v2", directory.path("..data_tmp"));
  std::filesystem::rename(directory.path("..data_tmp"), directory.path("..data"));
  CHECK(file.token() == "v2");
}

TEST_CASE_METHOD(Fixture, "each state of the token file is logged once, and the token never") {
  TokenFile file = token_file();
  const auto lines = [&] {
    const std::string logged = capture.take();
    CHECK(logged.find("hunter2") == std::string::npos);
    return std::count(logged.begin(), logged.end(), '\n');
  };
  static_cast<void>(file.token());
  static_cast<void>(file.token());
  CHECK(lines() == 1);
  put("hunter2", 0644);
  static_cast<void>(file.token());
  static_cast<void>(file.token());
  CHECK(lines() == 1);
  put("hunter2");
  static_cast<void>(file.token());
  static_cast<void>(file.token());
  CHECK(lines() == 1);
}
