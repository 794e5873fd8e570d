#include "base/ascii.hpp"

#include "support/catch.hpp"

#include <string>

using namespace reaper::base;

TEST_CASE("only ASCII characters are digits, letters or have a case") {
  std::string digits;
  std::string letters;
  std::string changed;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (is_digit(c)) digits += c;
    if (is_letter(c)) letters += c;
    if (to_lower(c) != c) changed += to_lower(c);
  }
  CHECK(digits == "0123456789");
  CHECK(letters == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  CHECK(changed == "abcdefghijklmnopqrstuvwxyz");
}

TEST_CASE("lower case changes only letters") {
  CHECK(lower_case("Content-LENGTH: [42]") == "content-length: [42]");
  CHECK(lower_case("\xc3\x84") == "\xc3\x84");
  CHECK(lower_case("").empty());
}

TEST_CASE("texts are compared without the case of letters") {
  CHECK(equals_ignoring_case("Keep-Alive", "kEEP-aLIVE"));
  CHECK(equals_ignoring_case("", ""));
  CHECK_FALSE(equals_ignoring_case("chunked", "chunke"));
  CHECK_FALSE(equals_ignoring_case("chunke", "chunked"));
  CHECK_FALSE(equals_ignoring_case("[", "{"));  // they differ only in the case bit of letters
  CHECK_FALSE(equals_ignoring_case("\xc3\x84", "\xc3\xa4"));
}
