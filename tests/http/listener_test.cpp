#include "http/listener.hpp"

#include "http/raw_client.hpp"
#include "http/running_server.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

using namespace reaper;
using base::ListenAddress;
using http::Listener;
using test::RawClient;

namespace {

constexpr const char* k_get = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

ListenAddress unix_address(const std::filesystem::path& path) {
  return {ListenAddress::Kind::unix_socket, {}, 0, path.string()};
}

/// Returns the errno of a failed listen, or 0.
int failure(const ListenAddress& address) {
  const auto listener = Listener::open(address);
  return listener.has_value() ? 0 : listener.error().code.value();
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode : 0;
}

gid_t group_of(const std::filesystem::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_gid : static_cast<gid_t>(-1);
}

}  // namespace

TEST_CASE("port 0 is replaced by a free port, which is then in use") {
  auto listener = Listener::open({ListenAddress::Kind::tcp, "127.0.0.1", 0, {}});
  REQUIRE(listener.has_value());
  CHECK(listener->address().port != 0);
  CHECK(failure(listener->address()) == EADDRINUSE);
  const ListenAddress address = listener->address();
  listener->close();
  CHECK(failure(address) == 0);
}

TEST_CASE("an address of another machine is an error that names it") {
  const auto listener = Listener::open({ListenAddress::Kind::tcp, "192.0.2.1", 8010, {}});
  REQUIRE(listener.has_error());
  CHECK(listener.error().message() == "bind '192.0.2.1:8010': Cannot assign requested address");
}

TEST_CASE("[::] accepts clients of both families") {
  test::ServerOptions options;
  options.address.host = "::";
  std::optional<test::RunningServer> server;
  try {
    server.emplace(options);
  } catch (const std::system_error&) {
    WARN("this machine has no IPv6");
    return;
  }
  const ListenAddress address{ListenAddress::Kind::tcp, "127.0.0.1", server->address().port, {}};
  CHECK(test::ask(address, k_get).status == 200);
  CHECK(server->last_peer().starts_with("127.0.0.1:"));
}

TEST_CASE("only its owner can use a Unix socket, whatever the umask") {
  const test::TempDir directory;
  for (const mode_t mask : {0U, 0077U, 0777U}) {
    const mode_t before = ::umask(mask);
    auto listener = Listener::open(unix_address(directory.path("socket")));
    ::umask(before);
    REQUIRE(listener.has_value());
    CHECK(mode_of(directory.path("socket")) == (S_IFSOCK | 0600U));
    listener->close();
    CHECK_FALSE(directory.has("socket"));
  }
}

TEST_CASE("a Unix socket with a group is for its owner and the group, whatever the umask") {
  const test::TempDir directory;
  for (const mode_t mask : {0U, 0077U, 0777U}) {
    const mode_t before = ::umask(mask);
    auto listener = Listener::open(unix_address(directory.path("socket")), ::getegid());
    ::umask(before);
    REQUIRE(listener.has_value());
    CHECK(mode_of(directory.path("socket")) == (S_IFSOCK | 0660U));
    CHECK(group_of(directory.path("socket")) == ::getegid());
    listener->close();
  }
}

TEST_CASE("giving a Unix socket to a foreign group needs root") {
  constexpr gid_t k_foreign = 54321;
  const test::TempDir directory;
  auto listener = Listener::open(unix_address(directory.path("socket")), k_foreign);
  if (::geteuid() == 0) {
    REQUIRE(listener.has_value());
    CHECK(group_of(directory.path("socket")) == k_foreign);
    return;
  }
  REQUIRE(listener.has_error());
  CHECK(listener.error().message().starts_with("chown to group 54321 (CHART_SOCKET_GROUP"));
  CHECK_FALSE(directory.has("socket"));
}

TEST_CASE("the group is ignored for a listener that is not a Unix socket") {
  CHECK(Listener::open({ListenAddress::Kind::tcp, "127.0.0.1", 0, {}}, 54321).has_value());
}

TEST_CASE("a dead Unix socket is replaced, a live one is not") {
  const test::TempDir directory;
  const ListenAddress address = unix_address(directory.path("socket"));
  {
    const auto dies = Listener::open(address);
    REQUIRE(dies.has_value());
    CHECK(failure(address) == EADDRINUSE);
  }
  REQUIRE(directory.has("socket"));  // as after a kill, when nothing called close()
  auto listener = Listener::open(address);
  REQUIRE(listener.has_value());
  RawClient client(address);
}

TEST_CASE("a file that is not a socket is never replaced") {
  const test::TempDir directory;
  directory.write_file("file", "content");
  directory.make_dir("directory");
  std::filesystem::create_symlink("file", directory.path("link"));
  std::filesystem::create_symlink("nowhere", directory.path("dangling"));
  for (const std::string_view name : {"file", "directory", "link", "dangling"}) {
    CAPTURE(name);
    CHECK(failure(unix_address(directory.path(name))) == EEXIST);
    CHECK(directory.has(name));
  }
  CHECK(failure(unix_address(directory.path("missing/socket"))) == ENOENT);
}

TEST_CASE("a socket file that another process put there is not removed at the end") {
  const test::TempDir directory;
  auto first = Listener::open(unix_address(directory.path("socket")));
  REQUIRE(first.has_value());
  std::filesystem::rename(directory.path("socket"), directory.path("moved"));
  auto second = Listener::open(unix_address(directory.path("socket")));
  REQUIRE(second.has_value());
  first->close();
  CHECK(directory.has("socket"));
}

TEST_CASE("requests over a Unix socket carry the uid of the sender") {
  const test::TempDir directory;
  test::ServerOptions options;
  options.address = unix_address(directory.path("socket"));
  {
    test::RunningServer server(options);
    RawClient client(server.address());
    client.send(k_get);
    CHECK(client.read_answer().status == 200);
    CHECK(server.last_peer() == fmt::format("unix:uid={}", ::getuid()));
    server.stop();
    CHECK_FALSE(directory.has("socket"));
    CHECK(client.is_closed());
  }
}
