#include "assessment/words.hpp"

#include "support/catch.hpp"

namespace reaper {
namespace {

using namespace assessment;
using namespace std::chrono_literals;

TEST_CASE("sizes and times are written for people") {
  CHECK(size_in_words(0) == "0 bytes");
  CHECK(size_in_words(1) == "1 byte");
  CHECK(size_in_words(10000) == "10000 bytes");
  CHECK(size_in_words(1048576) == "1.00 MB");
  CHECK(time_in_words(1s) == "1 second");
  CHECK(time_in_words(1500ms) == "1.5 seconds");
  CHECK(time_in_words(5min) == "5 minutes");
  CHECK(time_in_words(24h) == "24 hours");
  CHECK(time_in_words(23h + 30min) == "23.5 hours");
  CHECK(time_in_words(72h) == "3 days");
  CHECK(as_sentence("the end") == "The end");
  CHECK(as_sentence("").empty());
}

}  // namespace
}  // namespace reaper
