#include "base/file_descriptor.hpp"
#include "sandbox/child.hpp"
#include "sandbox/sandbox.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "volume/system.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

// System calls that a taken-over daemon could make with its descriptors: connect out, create files and watch
// directories of others. A child that has entered the sandbox makes each one.

using namespace reaper;
using test::Ended;
using test::error_of;
using test::in_sandbox;
using test::k_fine;
using test::k_no_such_call;
using test::TempDir;

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t k_events = IN_CREATE | IN_DELETE | IN_ONLYDIR;

/// A chart directory beside a foreign one, a listener like the daemon's, and a server that must not be reached.
struct Scene {
  TempDir top;
  sandbox::Needs needs{.root = top.make_dir("srv/charts").string(),
                       .read = {},
                       .append = {},
                       .remove = {},
                       .openings = {},
                       .watch_events = k_events};
  std::string stranger = top.make_dir("elsewhere").string();
  base::FileDescriptor listener{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  base::FileDescriptor server{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  sockaddr_in target{};

  Scene() {
    for (const int socket : {listener.get(), server.get()}) {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
      REQUIRE(::listen(socket, 8) == 0);
    }
    socklen_t length = sizeof target;
    REQUIRE(::getsockname(server.get(), reinterpret_cast<sockaddr*>(&target), &length) == 0);
  }

  [[nodiscard]] const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&target); }

  /// Returns true if anything has connected to the server.
  [[nodiscard]] bool was_reached() const {
    const base::FileDescriptor client(::accept4(server.get(), nullptr, nullptr, SOCK_CLOEXEC));
    return static_cast<bool>(client);
  }

  [[nodiscard]] int send(int flags, const sockaddr* to) const {
    return error_of(::sendto(listener.get(), "x", 1, flags | MSG_NOSIGNAL, to, to != nullptr ? sizeof target : 0));
  }

  [[nodiscard]] int send_message(int socket, int flags, const sockaddr* to, socklen_t length) const {
    iovec text{const_cast<char*>("x"), 1};
    msghdr message{};
    message.msg_name = const_cast<sockaddr*>(to);
    message.msg_namelen = length;
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    return error_of(::sendmsg(socket, &message, flags | MSG_NOSIGNAL));
  }

  void check(Ended expected, const std::function<int()>& attempt) const {
    const auto ended = in_sandbox(needs, attempt);
    if (!ended) {
      WARN("no sandbox on this machine or in this build");
      return;
    }
    CHECK(ended->code == expected.code);
    CHECK(ended->signal == expected.signal);
  }
};

/// Returns two connected Unix sockets.
std::pair<base::FileDescriptor, base::FileDescriptor> connected(int type) {
  std::array<int, 2> pair{};
  REQUIRE(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair.data()) == 0);
  return {base::FileDescriptor(pair[0]), base::FileDescriptor(pair[1])};
}

/// The argument of openat2(2). A taken-over daemon can put any value into its memory.
struct OpenHow {
  std::uint64_t flags = 0;
  std::uint64_t mode = 0;
  std::uint64_t resolve = 0;
};

int make_by_openat2(const std::string& path) {
  const OpenHow how{.flags = O_CREAT | O_RDONLY, .mode = 0600};
  return error_of(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how));
}

}  // namespace

TEST_CASE("inside, a listener cannot become a socket that connects out") {
  const Scene scene;
  scene.check(k_no_such_call, [&] {
    if (const int error = error_of(::shutdown(scene.listener.get(), SHUT_RDWR)); error != 0) return error;
    return scene.send(MSG_FASTOPEN, scene.address());
  });
  CHECK_FALSE(scene.was_reached());
}

TEST_CASE("inside, only the sending side of a connection can be shut down") {
  const Scene scene;
  for (const int how : {SHUT_RD, SHUT_RDWR})
    scene.check(k_no_such_call, [&] { return error_of(::shutdown(scene.listener.get(), how)); });
  const auto [ours, theirs] = connected(SOCK_STREAM);
  scene.check(k_fine, [socket = ours.get()] { return error_of(::shutdown(socket, SHUT_WR)); });
}

TEST_CASE("inside, nothing can be sent to an address, and sending opens no connection") {
  const Scene scene;
  scene.check(k_no_such_call, [&] { return scene.send(0, scene.address()); });
  scene.check(k_no_such_call, [&] { return scene.send(MSG_FASTOPEN, scene.address()); });
  scene.check(k_no_such_call, [&] { return scene.send(MSG_FASTOPEN, nullptr); });
  scene.check(k_no_such_call, [&] {
    return scene.send_message(scene.listener.get(), MSG_FASTOPEN, scene.address(), sizeof scene.target);
  });
  scene.check(k_no_such_call, [&] { return error_of(::socket(AF_INET, SOCK_STREAM, 0)); });
  scene.check(k_no_such_call,
              [&] { return error_of(::connect(scene.listener.get(), scene.address(), sizeof scene.target)); });
  CHECK_FALSE(scene.was_reached());
}

TEST_CASE("inside, answers and notifications for the service manager can be sent") {
  const Scene scene;
  const auto [ours, theirs] = connected(SOCK_DGRAM);
  for (const int flags : std::array{int{MSG_NOSIGNAL}, MSG_NOSIGNAL | MSG_DONTWAIT, 0}) {
    scene.check(k_fine, [&, socket = ours.get()] { return error_of(::send(socket, "x", 1, flags)); });
    scene.check(k_fine, [&, socket = ours.get()] { return scene.send_message(socket, flags, nullptr, 0); });
  }
}

TEST_CASE("inside, sendmsg takes its address from memory, but only reaches Unix datagram sockets") {
  const Scene scene;
  // Known and documented in SECURITY.md: seccomp only sees a pointer, and Landlock has no rule for these sockets.
  const base::FileDescriptor held(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const base::FileDescriptor other(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  scene.stranger.copy(address.sun_path, sizeof address.sun_path - 3);
  address.sun_path[scene.stranger.size()] = '/';
  address.sun_path[scene.stranger.size() + 1] = 's';
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  REQUIRE(::bind(other.get(), generic, sizeof address) == 0);
  scene.check(k_fine, [&] { return scene.send_message(held.get(), 0, generic, sizeof address); });
  // An unconnected stream socket ignores the address.
  scene.check({EPIPE, 0},
              [&] { return scene.send_message(scene.listener.get(), 0, scene.address(), sizeof scene.target); });
  CHECK_FALSE(scene.was_reached());
}

TEST_CASE("inside, openat2 creates no file if the kernel can seal its arguments") {
  Scene scene;
  volume::System system;
  scene.needs.openings = system.seal_openings();
  const bool is_sealed = !scene.needs.openings.empty();
  if (!is_sealed) WARN("this kernel cannot seal memory");
  // Known and documented in SECURITY.md: without sealing, Landlock must allow what a rename needs.
  const Ended expected = is_sealed ? k_no_such_call : k_fine;
  for (const std::string& directory : {scene.needs.root, scene.top.path("srv").string()}) {
    CAPTURE(directory);
    scene.check(expected, [&] { return make_by_openat2(directory + "/made"); });
    if (sandbox::k_is_possible && is_sealed) CHECK(::access((directory + "/made").c_str(), F_OK) != 0);
  }
  scene.check(is_sealed ? k_no_such_call : Ended{EACCES, 0}, [&] { return make_by_openat2(scene.stranger + "/made"); });
}

TEST_CASE("inside, sealed openat2 opens directories and nothing else") {
  Scene scene;
  scene.top.make_dir("srv/charts/deep/A_1d");
  fs::create_directory_symlink(scene.stranger, scene.top.path("srv/charts/link"));
  volume::System system;
  scene.needs.openings = system.seal_openings();
  const base::FileDescriptor root(::open(scene.needs.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto open = [&](const char* path) { return std::max(-system.open_beneath(root.get(), path), 0); };
  for (const char* path : {"deep", "deep/A_1d", "."}) scene.check(k_fine, [&] { return open(path); });
  scene.check({EXDEV, 0}, [&] { return open("../charts"); });
  scene.check({ELOOP, 0}, [&] { return open("link/x"); });
  scene.check({ENOTDIR, 0}, [&] { return open("link"); });
}

TEST_CASE("inside, the page with the arguments of openat2 can neither be changed nor replaced") {
  Scene scene;
  volume::System system;
  scene.needs.openings = system.seal_openings();
  if (scene.needs.openings.empty()) {
    WARN("this kernel cannot seal memory");
    return;
  }
  void* const page = const_cast<void*>(scene.needs.openings.front());
  const auto bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const Ended refused{EPERM, 0};
  scene.check(refused, [&] { return error_of(::mprotect(page, bytes, PROT_READ | PROT_WRITE)); });
  scene.check(refused, [&] { return error_of(::munmap(page, bytes)); });
  scene.check(refused, [&] { return error_of(::madvise(page, bytes, MADV_DONTNEED)); });
  scene.check(refused, [&] {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    return ::mmap(page, bytes, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED ? errno : 0;
  });
  scene.check(refused, [&] {
    return ::mremap(page, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, static_cast<char*>(page) + 64 * bytes) ==
                   MAP_FAILED
               ? errno
               : 0;
  });
}

TEST_CASE("inside, directories can only be watched for the events of charts") {
  const Scene scene;
  const base::FileDescriptor watcher(::inotify_init1(IN_CLOEXEC));
  const auto follow = [&](const std::string& directory, std::uint32_t events) {
    return error_of(::inotify_add_watch(watcher.get(), directory.c_str(), events));
  };
  for (const std::uint32_t events : {std::uint32_t{IN_ALL_EVENTS}, std::uint32_t{IN_OPEN}, k_events | IN_ACCESS}) {
    scene.check(k_no_such_call, [&] { return follow(scene.needs.root, events); });
    scene.check(k_no_such_call, [&] { return follow(scene.stranger, events); });
  }
  scene.check(k_fine, [&] { return follow(scene.needs.root, k_events); });
  // Known and documented in SECURITY.md: the kernel has no hook that limits which directories are watched.
  scene.check(k_fine, [&] { return follow(scene.stranger, k_events); });
}

TEST_CASE("inside, a daemon that does not watch its volume can watch no directory") {
  Scene scene;
  scene.needs.watch_events = 0;
  const base::FileDescriptor watcher(::inotify_init1(IN_CLOEXEC));
  scene.check(k_no_such_call,
              [&] { return error_of(::inotify_add_watch(watcher.get(), scene.needs.root.c_str(), k_events)); });
}
