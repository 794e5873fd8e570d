#include "http/head_scanner.hpp"

#include "support/catch.hpp"

#include <string>

using namespace reaper;
using http::HeadScanner;

namespace {

struct Outcome {
  unsigned refused = 0;  ///< status of the refusal; 0 if accepted
  std::size_t head_length = 0;
  std::size_t fed = 0;  ///< bytes fed until the decision

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Feeds the text in steps of `step` bytes, like a connection.
Outcome scan(const std::string& text, std::size_t step) {
  HeadScanner scanner;
  for (std::size_t fed = std::min(step, text.size());; fed = std::min(fed + step, text.size())) {
    if (const auto refusal = scanner.scan(std::string_view(text).substr(0, fed))) return {refusal->status, 0, fed};
    if (scanner.head_length() > 0 || fed == text.size()) return {0, scanner.head_length(), fed};
  }
}

Outcome scan_whole(const std::string& text) { return scan(text, text.size()); }

std::string fields(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "A: b\r\n";
  return text;
}

}  // namespace

TEST_CASE("the head ends at the first empty line, in whatever pieces it arrives") {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t step = 1; step <= head.size(); ++step) {
    CAPTURE(step);
    CHECK(scan(head + "GET /next", step).head_length == head.size());
  }
}

TEST_CASE("one empty line before a request is skipped, and a second one ends the head") {
  CHECK(scan_whole("\r\nGET / HTTP/1.1\r\n\r\n").head_length == 20);
  CHECK(scan_whole("\r\n\r\nGET / HTTP/1.1\r\n\r\n").head_length == 4);
}

TEST_CASE("an unfinished head is neither refused nor done") {
  for (const std::string text : {"", "\r", "\r\n", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r"}) {
    CHECK(scan_whole(text) == Outcome{0, 0, text.size()});
  }
}

TEST_CASE("line ends and control characters that HTTP forbids are refused at once") {
  using namespace std::string_literals;
  struct Case {
    std::string text;
    std::size_t decided_after;
  };
  const std::vector<Case> cases{
      {"GET / HTTP/1.1\nHost: a\n\n", 15},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 24},
      {"GET /\rx HTTP/1.1", 7},
      {"GET /\0 HTTP/1.1"s, 6},
      {"GET\t/ HTTP/1.1", 4},
      {"GET /\x80", 6},
      {"GET / HTTP/1.1\r\nHost: \0a"s, 23},
      {"GET / HTTP/1.1\r\nHost: \x1b", 23},
      {"GET / HTTP/1.1\r\nA: \x7f", 20},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"s, 1},
      {"\n", 1},
      {"\r\r", 2},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(scan(c.text, 1) == Outcome{400, 0, c.decided_after});
  }
}

TEST_CASE("field values may hold tabs and bytes above ASCII") {
  CHECK(scan_whole("GET / HTTP/1.1\r\nA: \tcaf\xc3\xa9\r\n\r\n").head_length == 29);
}

TEST_CASE("a request line of 8 KiB is accepted, and a longer one is 414 before it ends") {
  const std::string line(http::k_max_request_line, 'x');
  CHECK(scan_whole(line + "\r\n\r\n").head_length == line.size() + 4);
  CHECK(scan(line + "yyyy", 1) == Outcome{414, 0, line.size() + 1});
}

TEST_CASE("header sections of more than 16 KiB or 64 fields are 431") {
  const std::string start = "GET / HTTP/1.1\r\n";
  const std::string longest = start + "A: " + std::string(http::k_max_header_bytes - 3, 'x');
  CHECK(scan_whole(longest + "\r\n\r\n").head_length == longest.size() + 4);
  CHECK(scan(longest + "yyyy", 1) == Outcome{431, 0, longest.size() + 1});
  CHECK(scan_whole(start + fields(64) + "\r\n").refused == 0);
  CHECK(scan_whole(start + fields(65)).refused == 431);
}
