#include "base/words.hpp"

#include "support/catch.hpp"

using reaper::base::count_in_words;

TEST_CASE("a count has its noun in the singular for one only") {
  CHECK(count_in_words(0, "chart", "charts") == "0 charts");
  CHECK(count_in_words(1, "chart", "charts") == "1 chart");
  CHECK(count_in_words(2, "directory", "directories") == "2 directories");
}
