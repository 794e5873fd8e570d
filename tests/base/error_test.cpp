#include "base/error.hpp"

#include "support/catch.hpp"

#include <cerrno>

using namespace reaper::base;

TEST_CASE("a message names the operation, the path and the reason") {
  CHECK(errno_error(EACCES, "unlinkat", "A_1d/x.png").message() == "unlinkat 'A_1d/x.png': Permission denied");
  CHECK(errno_error(EMFILE, "epoll_create1").message() == "epoll_create1: Too many open files");
}

TEST_CASE("a message is one printable line, whatever the path holds") {
  CHECK(errno_error(EIO, "openat", "a\nb\x1b\xff").message() == "openat 'a\\nb\\x1b\\xff': Input/output error");
}

TEST_CASE("the last error is that of the previous call") {
  errno = ENOENT;
  const Error error = last_error("openat", "gone");
  CHECK(error.message() == "openat 'gone': No such file or directory");
  CHECK(error.is(ENOENT));
  CHECK_FALSE(error.is(EACCES));
}

TEST_CASE("an error can be given another path") {
  const Error error = errno_error(EACCES, "openat2", "x.png").with_path("A_1d/x.png");
  CHECK(error.message() == "openat2 'A_1d/x.png': Permission denied");
}

TEST_CASE("an error of another category is no errno") {
  const Error error{std::make_error_code(std::errc::no_such_file_or_directory), "x", {}};
  CHECK(error.code.value() == ENOENT);
  CHECK_FALSE(error.is(ENOENT));
}

TEST_CASE("reading the value of a failed result throws its error") {
  const Result<int> good = 7;
  const Result<int> bad = errno_error(ENOSPC, "renameat2", "a b");
  CHECK(good.value() == 7);
  CHECK_FALSE(bad.has_value());
  try {
    static_cast<void>(bad.value());
    FAIL("value() returned");
  } catch (const std::system_error& error) {
    CHECK(error.code().value() == ENOSPC);
    CHECK(std::string(error.what()).find("renameat2 'a b'") != std::string::npos);
  }
}
