#include "base/file_descriptor.hpp"

#include "support/catch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <type_traits>
#include <utility>

using reaper::base::FileDescriptor;

namespace {

FileDescriptor open_null() { return FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

bool is_open(int descriptor) { return fcntl(descriptor, F_GETFD) >= 0; }

}  // namespace

static_assert(!std::is_copy_constructible_v<FileDescriptor>);
static_assert(!std::is_copy_assignable_v<FileDescriptor>);
static_assert(!std::is_convertible_v<int, FileDescriptor>);

TEST_CASE("an empty descriptor owns nothing") {
  FileDescriptor descriptor;
  CHECK_FALSE(descriptor);
  CHECK(descriptor.get() == -1);
  descriptor.reset();
  CHECK_FALSE(descriptor);
}

TEST_CASE("the destructor closes the descriptor") {
  int number = -1;
  {
    const FileDescriptor descriptor = open_null();
    number = descriptor.get();
    REQUIRE(is_open(number));
  }
  CHECK_FALSE(is_open(number));
}

TEST_CASE("reset closes at once and only once") {
  FileDescriptor descriptor = open_null();
  const int number = descriptor.get();
  descriptor.reset();
  CHECK_FALSE(is_open(number));
  const FileDescriptor another = open_null();
  REQUIRE(another.get() == number);
  descriptor.reset();
  CHECK(is_open(number));
}

TEST_CASE("a move passes the descriptor on and closes the old one") {
  FileDescriptor first = open_null();
  FileDescriptor second = open_null();
  const int first_number = first.get();
  const int second_number = second.get();

  second = std::move(first);
  CHECK(second.get() == first_number);
  CHECK(is_open(first_number));
  CHECK_FALSE(is_open(second_number));

  const FileDescriptor third(std::move(second));
  CHECK(third.get() == first_number);
  CHECK(is_open(first_number));
}

TEST_CASE("a descriptor assigned to itself stays open") {
  FileDescriptor descriptor = open_null();
  FileDescriptor& same = descriptor;
  descriptor = std::move(same);
  CHECK(is_open(descriptor.get()));
}
