#include "sweep/error_list.hpp"

#include "support/catch.hpp"

#include <cerrno>
#include <string>
#include <vector>

using reaper::base::errno_error;
using reaper::base::Error;
using reaper::sweep::ErrorList;
using reaper::sweep::in_words;
using reaper::sweep::ReportedError;

TEST_CASE("an error is listed with its operation, its path and its reason, all printable") {
  ErrorList list;
  list.add({errno_error(EACCES, "unlinkat", "A_1d/\x1b\xFF.png")});
  REQUIRE(list.errors().size() == 1);
  CHECK(list.errors()[0] == ReportedError{"unlinkat", "A_1d/\\x1b\\xff.png", "Permission denied"});
  CHECK(in_words(list.errors()[0]) == "unlinkat 'A_1d/\\x1b\\xff.png': Permission denied");
}

TEST_CASE("many errors of one operation do not hide those of another") {
  std::vector<Error> errors;
  for (int i = 0; i < 50; ++i) errors.push_back(errno_error(EACCES, "openat2", std::to_string(i)));
  errors.push_back(errno_error(EIO, "unlinkat", "A_1d/x.png"));
  errors.push_back(errno_error(EIO, "unlinkat", "B_1d/x.png"));
  ErrorList list;
  list.add(errors);
  REQUIRE(list.errors().size() == ErrorList::k_max_listed);
  CHECK(list.errors()[0].path == "0");
  CHECK(list.errors()[1].path == "A_1d/x.png");
  CHECK(list.errors()[2].path == "1");
  CHECK(list.errors()[3].path == "B_1d/x.png");
}

TEST_CASE("the message of an error of the whole sweep is not escaped again, its path is") {
  ErrorList list;
  list.add_first("root", "A\nB", "open 'A\\nB': Permission denied");
  CHECK(list.errors()[0] == ReportedError{"root", "A\\nB", "open 'A\\nB': Permission denied"});
}

TEST_CASE("an error of the whole sweep comes first, even in a full list") {
  ErrorList list;
  list.add(std::vector<Error>(50, errno_error(EACCES, "openat2", "A_1d")));
  list.add_first("removal", "", "none of the charts could be removed");
  CHECK(list.errors().size() == ErrorList::k_max_listed);
  CHECK(in_words(list.errors().front()) == "none of the charts could be removed");
}
