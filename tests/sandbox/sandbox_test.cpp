#include "sandbox/sandbox.hpp"

#include "base/file_descriptor.hpp"
#include "sandbox/child.hpp"
#include "sandbox/landlock.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "volume/root.hpp"
#include "volume/system.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

// Denied and allowed operations, tried from inside: a child that has entered the sandbox makes each attempt.

using namespace reaper;
using test::Ended;
using test::error_of;
using test::in_child;
using test::in_sandbox;
using test::k_fine;
using test::k_no_such_call;
using test::TempDir;
using test::try_open;

namespace {

/// A chart directory with its own parent, beside settings and foreign files.
struct Tree {
  TempDir top;
  sandbox::Needs needs{.root = top.make_dir("srv/charts").string(),
                       .read = {top.path("etc/token").string()},
                       .append = {},
                       .remove = {top.path("run/socket").string()},
                       .watch_events = volume::k_watch_events};

  Tree() {
    top.write_file("srv/charts/A_1d/x.png", "chart");
    top.write_file("etc/token", "secret");
    top.write_file("run/socket");
    top.write_file("elsewhere/file", "theirs");
  }

  [[nodiscard]] std::string path(const char* relative) const { return top.path(relative).string(); }
};

/// Checks one attempt from inside. Without Landlock it checks nothing and warns.
void check_inside(
    const sandbox::Needs& needs, Ended expected, const std::function<int()>& attempt,
    const std::function<void()>& meanwhile = [] {}) {
  const auto ended = in_sandbox(needs, attempt, meanwhile);
  if (!ended) {
    WARN("no sandbox on this machine or in this build");
    return;
  }
  CHECK(ended->code == expected.code);
  CHECK(ended->signal == expected.signal);
}

constexpr Ended k_denied{EACCES, 0};
constexpr Ended k_ended{0, SIGSYS};

}  // namespace

TEST_CASE("inside, files elsewhere cannot be read") {
  const Tree tree;
  check_inside(tree.needs, k_denied, [] { return try_open("/etc/passwd", O_RDONLY); });
  check_inside(tree.needs, k_denied, [] { return try_open("/proc/self/environ", O_RDONLY); });
  check_inside(tree.needs, k_denied, [&] { return try_open(tree.path("elsewhere/file"), O_RDONLY); });
  check_inside(tree.needs, k_denied, [&] { return try_open(tree.path("elsewhere"), O_RDONLY | O_DIRECTORY); });
}

TEST_CASE("inside, no file can be written or created, not even a chart") {
  const Tree tree;
  for (const char* path : {"srv/charts/A_1d/x.png", "srv/charts/new.png", "elsewhere/file", "etc/token"}) {
    CAPTURE(path);
    check_inside(tree.needs, k_no_such_call, [&] { return try_open(tree.path(path), O_WRONLY); });
    check_inside(tree.needs, k_no_such_call, [&] { return try_open(tree.path(path), O_WRONLY | O_CREAT | O_APPEND); });
    check_inside(tree.needs, k_no_such_call, [&] { return error_of(::truncate(tree.path(path).c_str(), 0)); });
  }
  // seccomp cannot see the flags of openat2, so here Landlock alone denies.
  check_inside(tree.needs, k_denied, [&] {
    struct {
      std::uint64_t flags = O_RDWR;
      std::uint64_t mode = 0;
      std::uint64_t resolve = 0;
    } how;
    return error_of(::syscall(SYS_openat2, AT_FDCWD, tree.path("srv/charts/A_1d/x.png").c_str(), &how, sizeof how));
  });
}

TEST_CASE("inside, nothing elsewhere can be removed or renamed") {
  const Tree tree;
  check_inside(tree.needs, k_denied, [&] { return error_of(::unlink(tree.path("elsewhere/file").c_str())); });
  check_inside(tree.needs, k_denied, [&] { return error_of(::rmdir(tree.path("elsewhere").c_str())); });
  check_inside(tree.needs, k_denied, [&] {
    return error_of(::rename(tree.path("elsewhere/file").c_str(), tree.path("elsewhere/other").c_str()));
  });
  check_inside(tree.needs, k_denied, [&] { return error_of(::unlink(tree.path("etc/token").c_str())); });
  CHECK(tree.top.has("elsewhere/file"));
  CHECK(tree.top.has("etc/token"));
}

TEST_CASE("inside, modes, owners, times, attributes and links cannot be changed") {
  const Tree tree;
  const std::string chart = tree.path("srv/charts/A_1d/x.png");
  check_inside(tree.needs, k_no_such_call, [&] { return error_of(::chmod(chart.c_str(), 0777)); });
  check_inside(tree.needs, k_no_such_call, [&] { return error_of(::chown(chart.c_str(), 1, 1)); });
  check_inside(tree.needs, k_no_such_call, [&] { return error_of(::utimensat(AT_FDCWD, chart.c_str(), nullptr, 0)); });
  check_inside(tree.needs, k_no_such_call, [&] { return error_of(::symlink("/etc/passwd", (chart + "2").c_str())); });
}

TEST_CASE("inside, no network connection can be opened") {
  const Tree tree;
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK}) {
    check_inside(tree.needs, k_no_such_call, [&] { return error_of(::socket(family, SOCK_STREAM, 0)); });
  }
  const base::FileDescriptor old(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  check_inside(tree.needs, k_no_such_call, [&] { return error_of(::connect(old.get(), generic, sizeof address)); });
  check_inside(tree.needs, k_no_such_call, [&] { return error_of(::bind(old.get(), generic, sizeof address)); });
}

TEST_CASE("Landlock alone denies TCP if the kernel supports it") {
  const auto version = sandbox::landlock_version();
  if (!version || *version < sandbox::k_landlock_with_tcp) {
    WARN("this kernel has no Landlock for TCP");
    return;
  }
  const Tree tree;
  const auto try_with = [&](int (*call)(int, const sockaddr*, socklen_t)) {
    return in_child([&] {
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      if (!sandbox::restrict_files(tree.needs)) return ENOTSUP;
      const base::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      return error_of(call(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
    });
  };
  CHECK(try_with(::bind) == k_denied);
  CHECK(try_with(::connect) == k_denied);
}

TEST_CASE("inside, execve, ptrace, mount and chroot end the process") {
  const Tree tree;
  check_inside(tree.needs, k_ended, [] {
    const std::array<const char*, 2> arguments{"/bin/true", nullptr};
    return error_of(::execv(arguments[0], const_cast<char* const*>(arguments.data())));
  });
  check_inside(tree.needs, k_ended, [] { return error_of(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); });
  check_inside(tree.needs, k_ended, [] { return error_of(::mount("a", "/", "tmpfs", 0, nullptr)); });
  check_inside(tree.needs, k_ended, [] { return error_of(::chroot("/")); });
}

TEST_CASE("inside, there are threads but no new processes, and no signals to other processes") {
  const Tree tree;
  check_inside(tree.needs, k_no_such_call, [] { return error_of(::fork()); });
  check_inside(tree.needs, k_no_such_call, [] { return error_of(::kill(::getppid(), 0)); });
  check_inside(tree.needs, k_no_such_call, [] { return error_of(::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0)); });
  check_inside(tree.needs, k_fine, [] {
    int ran = ENOSYS;
    std::thread([&] { ran = 0; }).join();
    return ran;
  });
}

TEST_CASE("a thread that is started inside is confined, too") {
  const Tree tree;
  check_inside(tree.needs, k_denied, [&] {
    int result = 0;
    std::thread([&] { result = try_open("/etc/passwd", O_RDONLY); }).join();
    return result;
  });
}

TEST_CASE("inside, writable memory never becomes executable") {
  const Tree tree;
  check_inside(tree.needs, k_no_such_call, [] {
    const void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? errno : 0;
  });
  check_inside(tree.needs, k_no_such_call, [] {
    void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return error_of(::mprotect(page, 4096, PROT_READ | PROT_EXEC));
  });
}

TEST_CASE("inside, the process is not dumpable and cannot raise its limits") {
  const Tree tree;
  const auto dumpable = in_child([&] {
    static_cast<void>(sandbox::enter(tree.needs).size());
    rlimit core{};
    ::getrlimit(RLIMIT_CORE, &core);
    return core.rlim_max == 0 ? 0 : EINVAL;
  });
  if (sandbox::k_is_possible) CHECK(dumpable == k_fine);
  check_inside(tree.needs, k_no_such_call, [] {
    const rlimit more{1 << 20, 1 << 20};
    return error_of(::setrlimit(RLIMIT_NOFILE, &more));
  });
}

TEST_CASE("inside, charts can be read, watched, leased, quarantined, put back and removed") {
  const Tree tree;
  check_inside(tree.needs, k_fine, [&] {
    volume::System system;
    volume::Root root(system, tree.needs.root);
    if (!root.check() || !root.check_writable() || !root.space()) return EINVAL;
    const auto set = root.open_directory("A_1d");
    if (!set) return set.error().code.value();
    const base::FileDescriptor chart(system.open_at(set->get(), "x.png", O_RDONLY));
    std::array<std::byte, 4096> entries;
    const base::FileDescriptor watch(::inotify_init1(IN_CLOEXEC));
    const std::string by_descriptor = "/proc/self/fd/" + std::to_string(set->get());
    for (const long result :
         {system.read_entries(set->get(), entries), long{chart.get()}, long{system.take_lease(chart.get())},
          long{system.rename_at(set->get(), "x.png", "aside", 1 /* RENAME_NOREPLACE */)},
          long{system.link_at(set->get(), "aside", "x.png")}, long{system.unlink_at(set->get(), "aside", 0)},
          long{system.unlink_at(set->get(), "x.png", 0)}, long{system.lock(chart.get())},
          long{system.test_lock(chart.get())},
          long{system.unlink_at(root.open_directory("").value().get(), "A_1d", AT_REMOVEDIR)}}) {
      if (result < 0) return static_cast<int>(-result);
    }
    return error_of(::inotify_add_watch(watch.get(), by_descriptor.c_str(), volume::k_watch_events));
  });
}

TEST_CASE("inside, a user other than root can use its own /proc/self/fd although it is not dumpable") {
  if (::geteuid() != 0) {
    WARN("needs root to become another user");
    return;
  }
  const Tree tree;
  ::chmod(tree.top.path().c_str(), 0755);
  const auto ended = in_child([&] {
    if (::setgid(65532) != 0 || ::setuid(65532) != 0) return errno;
    static_cast<void>(sandbox::enter(tree.needs).size());
    const base::FileDescriptor root(::open(tree.needs.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const base::FileDescriptor watch(::inotify_init1(IN_CLOEXEC));
    const std::string by_descriptor = "/proc/self/fd/" + std::to_string(root.get());
    int result = EINVAL;
    std::thread([&] {
      result = error_of(::inotify_add_watch(watch.get(), by_descriptor.c_str(), volume::k_watch_events));
    }).join();
    return result;
  });
  CHECK(ended == k_fine);
}
