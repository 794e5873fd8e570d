#include "base/boolean_words.hpp"

#include "support/catch.hpp"

using reaper::base::parse_boolean;

TEST_CASE("true and false have four spellings in any case") {
  for (const auto* text : {"true", "1", "yes", "on", "TRUE", "Yes"}) CHECK(parse_boolean(text) == true);
  for (const auto* text : {"false", "0", "no", "off", "False", "OFF"}) CHECK(parse_boolean(text) == false);
}

TEST_CASE("every other word is neither true nor false") {
  for (const auto* text : {"", "2", "-1", "y", "true ", " on", "tru", "enabled", "nan"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_boolean(text).has_value());
  }
}
