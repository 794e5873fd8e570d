#include "base/printable.hpp"

#include "support/catch.hpp"

#include <array>
#include <set>

using namespace reaper::base;

namespace {

struct Sequence {
  const char* what;
  std::string_view bytes;
};

// The ranges of RFC 3629 section 4, and their boundaries.
constexpr std::array k_well_formed{
    Sequence{"one byte, lowest printed", " "},
    Sequence{"one byte, highest printed", "~"},
    Sequence{"two bytes, lowest printed U+00A0", "\xc2\xa0"},
    Sequence{"two bytes, highest U+07FF", "\xdf\xbf"},
    Sequence{"three bytes, lowest U+0800", "\xe0\xa0\x80"},
    Sequence{"last before the surrogates U+D7FF", "\xed\x9f\xbf"},
    Sequence{"first after the surrogates U+E000", "\xee\x80\x80"},
    Sequence{"three bytes, highest U+FFFF", "\xef\xbf\xbf"},
    Sequence{"four bytes, lowest U+10000", "\xf0\x90\x80\x80"},
    Sequence{"four bytes, highest U+10FFFF", "\xf4\x8f\xbf\xbf"},
    Sequence{"Japanese", "日経"},
};

constexpr std::array k_malformed{
    Sequence{"continuation without a lead", "\x80"},
    Sequence{"last continuation without a lead", "\xbf"},
    Sequence{"overlong slash in two bytes", "\xc0\xaf"},
    Sequence{"overlong, highest in two bytes", "\xc1\xbf"},
    Sequence{"overlong, highest in three bytes", "\xe0\x9f\xbf"},
    Sequence{"overlong, highest in four bytes", "\xf0\x8f\xbf\xbf"},
    Sequence{"first surrogate U+D800", "\xed\xa0\x80"},
    Sequence{"last surrogate U+DFFF", "\xed\xbf\xbf"},
    Sequence{"above U+10FFFF", "\xf4\x90\x80\x80"},
    Sequence{"lead F5", "\xf5\x80\x80\x80"},
    Sequence{"lead F8", "\xf8\x88\x80\x80\x80"},
    Sequence{"FE", "\xfe"},
    Sequence{"FF", "\xff"},
    Sequence{"two bytes, cut", "\xc3"},
    Sequence{"three bytes, cut after one", "\xe6"},
    Sequence{"three bytes, cut after two", "\xe6\x97"},
    Sequence{"four bytes, cut after three", "\xf0\x9f\x93"},
    Sequence{"two bytes, second no continuation", "\xc3\x28"},
    Sequence{"three bytes, third no continuation", "\xe6\x97\x28"},
    Sequence{"four bytes, fourth no continuation", "\xf0\x9f\x93\x28"},
};

}  // namespace

TEST_CASE("well-formed text is printed as it is") {
  for (const auto& [what, bytes] : k_well_formed) {
    INFO(what);
    CHECK(is_utf8(bytes));
    CHECK(printable(bytes) == bytes);
  }
  CHECK(is_utf8(""));
  CHECK(printable("").empty());
}

TEST_CASE("bytes that are not UTF-8 are printed as numbers") {
  for (const auto& [what, bytes] : k_malformed) {
    INFO(what);
    CHECK_FALSE(is_utf8(bytes));
    const std::string text = printable(bytes);
    CHECK(is_utf8(text));
    CHECK(text.starts_with("\\x"));
    // A malformed sequence must not swallow the text after it.
    CHECK(printable(std::string(bytes) + "ok").ends_with("ok"));
  }
  CHECK(printable("a\xff") == "a\\xff");
  CHECK(printable("\xe6\x97(") == "\\xe6\\x97(");
}

TEST_CASE("control characters never reach the terminal") {
  CHECK(printable(std::string_view("\0", 1)) == "\\x00");
  CHECK(printable("\x1b[31m") == "\\x1b[31m");
  CHECK(printable("\r\x7f") == "\\x0d\\x7f");
  CHECK(printable("\xc2\x80\xc2\x9b\xc2\x9f") == "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f");
  CHECK(printable("a\nb\tc") == "a\\nb\\tc");
  CHECK(is_utf8("\xc2\x9b"));
  CHECK(is_utf8(std::string_view("\0", 1)));
}

TEST_CASE("different names stay different, whatever bytes they hold") {
  CHECK(printable("a\\nb") == "a\\\\nb");
  CHECK(printable("\\xff") == "\\\\xff");

  std::set<std::string> seen;
  std::size_t names = 0;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string name{static_cast<char>(first), static_cast<char>(second)};
      const std::string text = printable(name);
      REQUIRE(is_utf8(text));
      REQUIRE(text.find_first_of(std::string("\n\t\x1b\x7f", 4)) == std::string::npos);
      seen.insert(text);
      ++names;
    }
  }
  CHECK(seen.size() == names);
}

TEST_CASE("marks for direction or line breaks and invisible ones are printed as bytes") {
  CHECK(printable("a\u202egnp.b") == "a\\xe2\\x80\\xaegnp.b");
  CHECK(printable("a\u2028b") == "a\\xe2\\x80\\xa8b");
  for (const char* hidden : {"\u061c", "\u180e", "\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e",
                             "\u2060", "\u2066", "\u2069", "\u206f", "\ufeff", "\ufff9", "\U000e0001", "\U000e007f"}) {
    const std::string text = printable(hidden);
    INFO(text);
    CHECK(is_utf8(hidden));
    CHECK(text.starts_with("\\x"));
  }
  for (const char* shown :
       {"\u00a0", "\u061b", "\u200a", "\u200c", "\u200d", "\u2010", "\u202f", "\u2070", "\U000e0080", "日経"})
    CHECK(printable(shown) == shown);
}
