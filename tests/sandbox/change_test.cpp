#include "base/file_descriptor.hpp"
#include "sandbox/child.hpp"
#include "sandbox/sandbox.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

// Files and directories that are replaced from outside while the process is confined, and must stay usable.

using namespace reaper;
using test::error_of;
using test::in_child;
using test::in_sandbox;
using test::k_fine;
using test::TempDir;
using test::try_open;

namespace {

namespace fs = std::filesystem;

/// Reads, quarantines and removes the chart `x.png` below the root.
int use(const fs::path& root) {
  const base::FileDescriptor directory(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return errno;
  if (const int error = try_open(root / "x.png", O_RDONLY); error != 0) return error;
  if (::renameat(directory.get(), "x.png", directory.get(), "aside") != 0) return errno;
  return error_of(::unlinkat(directory.get(), "aside", 0));
}

void check(const sandbox::Needs& needs, const std::function<int()>& attempt, const std::function<void()>& meanwhile) {
  const auto ended = in_sandbox(needs, attempt, meanwhile);
  if (!ended) {
    WARN("no sandbox on this machine or in this build");
    return;
  }
  CHECK(ended->code == 0);
  CHECK(ended->signal == 0);
}

sandbox::Needs root_only(const fs::path& root) {
  return {.root = root.string(), .read = {}, .append = {}, .remove = {}};
}

}  // namespace

TEST_CASE("a root that is removed and created again can be used") {
  const TempDir top;
  const fs::path root = top.make_dir("srv/charts");
  check(
      root_only(root), [&] { return use(root); },
      [&] {
        fs::remove(root);
        top.write_file("srv/charts/x.png");
      });
}

TEST_CASE("a root that another directory replaces can be used") {
  const TempDir top;
  const fs::path root = top.make_dir("srv/charts");
  top.write_file("new/x.png");
  check(
      root_only(root), [&] { return use(root); },
      [&] {
        fs::rename(root, top.path("old"));
        fs::rename(top.path("new"), root);
      });
}

TEST_CASE("a root that is a link can become a directory, and its target can be created again") {
  const TempDir top;
  const fs::path target = top.make_dir("volume/charts");
  top.make_dir("srv");
  const fs::path root = top.path("srv/charts");
  fs::create_directory_symlink(target, root);
  check(
      root_only(root), [&] { return use(root); },
      [&] {
        fs::remove(target);
        top.write_file("volume/charts/x.png");
      });
  check(
      root_only(root), [&] { return use(root); },
      [&] {
        fs::remove(root);
        top.write_file("srv/charts/x.png");
      });
}

TEST_CASE("a root with a trailing slash is the same root") {
  const TempDir top;
  const fs::path root = top.make_dir("srv/charts");
  check(
      root_only(root / ""), [&] { return use(root); },
      [&] {
        fs::remove(root);
        top.write_file("srv/charts/x.png");
      });
}

TEST_CASE("a root that is mounted again can be used, and so can the directory below the mount") {
  const TempDir top;
  const fs::path root = top.make_dir("srv/charts");
  top.write_file("other/x.png");
  const auto ended = in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return EPERM;
    if (::mount("tmpfs", root.c_str(), "tmpfs", 0, nullptr) != 0) return EPERM;
    const auto new_mount = in_sandbox(
        root_only(root), [&] { return use(root); },
        [&] {
          ::umount2(root.c_str(), MNT_DETACH);
          ::mount(top.path("other").c_str(), root.c_str(), nullptr, MS_BIND, nullptr);
        });
    if (new_mount && *new_mount != k_fine) return new_mount->code;
    const auto no_mount = in_sandbox(
        root_only(root), [&] { return use(root); },
        [&] {
          ::umount2(root.c_str(), MNT_DETACH);
          top.write_file("srv/charts/x.png");
        });
    return no_mount ? no_mount->code : 0;
  });
  if (ended.code == EPERM) WARN("no mounts on this machine");
  else CHECK(ended == k_fine);
}

TEST_CASE("a token or settings file that is replaced can be read") {
  const TempDir top;
  const fs::path root = top.make_dir("srv/charts");
  const fs::path token = top.write_file("etc/token", "old");
  const sandbox::Needs needs{.root = root.string(), .read = {token.string()}, .append = {}, .remove = {}};
  check(
      needs, [&] { return try_open(token, O_RDONLY); },
      [&] {
        fs::remove(token);
        fs::rename(top.write_file("new", "new"), token);
      });
}

TEST_CASE("a token that Kubernetes rotates can be read") {
  const TempDir top;
  const fs::path root = top.make_dir("srv/charts");
  top.write_file("secrets/..1/token", "old");
  fs::create_directory_symlink("..1", top.path("secrets/..data"));
  const fs::path token = top.path("secrets/token");
  fs::create_symlink("..data/token", token);
  const sandbox::Needs needs{.root = root.string(), .read = {token.string()}, .append = {}, .remove = {}};
  check(
      needs, [&] { return try_open(token, O_RDONLY); },
      [&] {
        top.write_file("secrets/..2/token", "new");
        fs::create_directory_symlink("..2", top.path("secrets/..tmp"));
        fs::rename(top.path("secrets/..tmp"), top.path("secrets/..data"));
        fs::remove_all(top.path("secrets/..1"));
      });
}

TEST_CASE("a file opened for appending is created again after rotation, and is never truncated") {
  const TempDir top;
  const fs::path root = top.make_dir("srv/charts");
  const fs::path log = top.write_file("log/audit", "line");
  const sandbox::Needs needs{.root = root.string(), .read = {}, .append = {log.string()}, .remove = {}};
  check(
      needs, [&] { return try_open(log, O_WRONLY | O_CREAT | O_APPEND); },
      [&] { fs::rename(log, top.path("log/audit.1")); });
  CHECK(top.has("log/audit"));
  check(
      needs, [&] { return try_open(log, O_WRONLY | O_CREAT | O_APPEND | O_TRUNC) == ENOSYS ? 0 : EINVAL; }, [] {});
  check(
      needs, [&] { return try_open(top.path("log/audit.1"), O_RDONLY) == EACCES ? 0 : EINVAL; }, [] {});
}

TEST_CASE("a Unix socket can be removed at the end") {
  const TempDir top;
  const fs::path root = top.make_dir("srv/charts");
  const fs::path socket = top.write_file("run/socket");
  const sandbox::Needs needs{.root = root.string(), .read = {}, .append = {}, .remove = {socket.string()}};
  check(
      needs, [&] { return error_of(::unlink(socket.c_str())); }, [] {});
}
