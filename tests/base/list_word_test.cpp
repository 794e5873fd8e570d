#include "base/list_word.hpp"

#include "support/catch.hpp"

using reaper::base::has_list_word;

TEST_CASE("a word of a list is found as a whole") {
  CHECK(has_list_word("rw,nolock,vers=4.2", "nolock"));
  CHECK(has_list_word("rw", "rw"));
  CHECK(has_list_word("a,,b", "b"));
  CHECK_FALSE(has_list_word("rw,nolock", "lock"));
  CHECK_FALSE(has_list_word("rw,nolock", "no"));
  CHECK_FALSE(has_list_word("", "rw"));
}
