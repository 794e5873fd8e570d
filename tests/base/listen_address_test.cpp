#include "base/listen_address.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>

using reaper::base::ListenAddress;
using reaper::base::parse_listen_address;

TEST_CASE("a listen address is read and written in the same form") {
  struct Row {
    std::string text;
    ListenAddress address;
  };
  const auto tcp = ListenAddress::Kind::tcp;
  const auto row = GENERATE_COPY(values<Row>({
      {"127.0.0.1:8010", {tcp, "127.0.0.1", 8010, ""}},
      {"0.0.0.0:0", {tcp, "0.0.0.0", 0, ""}},
      {"10.1.2.3:65535", {tcp, "10.1.2.3", 65535, ""}},
      {"[::1]:8010", {tcp, "::1", 8010, ""}},
      {"[::]:80", {tcp, "::", 80, ""}},
      {"unix:/run/reaper.sock", {ListenAddress::Kind::unix_socket, "", 0, "/run/reaper.sock"}},
  }));
  CAPTURE(row.text);
  CHECK(parse_listen_address(row.text) == row.address);
  CHECK(row.address.to_string() == row.text);
}

TEST_CASE("equal listen addresses have equal texts") {
  CHECK(parse_listen_address("localhost:8010")->to_string() == "127.0.0.1:8010");
  CHECK(parse_listen_address("[0:0:0:0:0:0:0:1]:8010")->to_string() == "[::1]:8010");
  CHECK(parse_listen_address("[FE80::A]:1")->to_string() == "[fe80::a]:1");
  CHECK(parse_listen_address("127.0.0.1:0080")->to_string() == "127.0.0.1:80");
}

TEST_CASE("an invalid listen address is refused") {
  const std::string text = GENERATE(values<std::string>({
      "",
      ":",
      "8010",
      ":8010",
      "127.0.0.1",
      "127.0.0.1:",
      "127.0.0.1:65536",
      "127.0.0.1:-1",
      "127.0.0.1:+1",
      "127.0.0.1:80 ",
      " 127.0.0.1:80",
      "127.0.0.1:0x50",
      "127.0.0.1:http",
      "127.0.0.256:80",
      "127.1:80",
      "1:80",
      "*:80",
      "::1:80",
      "::1",
      "[::1]",
      "[::1:80",
      "[]:80",
      "[127.0.0.1]:80",
      "[localhost]:80",
      "[fe80::1%lo]:80",
      "example.com:80",
      "http://127.0.0.1:80",
      "unix:",
      "unix:/",
      "unix:reaper.sock",
      "unix:/run/reaper/",
      "/run/reaper.sock",
      "UNIX:/run/reaper.sock",
  }));
  CAPTURE(text);
  CHECK_FALSE(parse_listen_address(text));
}

TEST_CASE("a NUL byte in a listen address is refused") {
  using namespace std::string_view_literals;
  CHECK_FALSE(parse_listen_address("127.0.0.1\0.evil:80"sv));
  CHECK_FALSE(parse_listen_address("unix:/run/a\0b"sv));
}

TEST_CASE("a socket path must fit into sun_path with its NUL") {
  const std::string longest = "unix:/" + std::string(106, 'x');
  CHECK(parse_listen_address(longest));
  CHECK_FALSE(parse_listen_address(longest + "x"));
}
