#include "http/listener.hpp"

#include "http/socket_address.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace reaper::http {
namespace {

base::Result<base::FileDescriptor> open_socket(int family, const std::string& name) {
  base::FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return base::last_error("socket", name);
  return socket;
}

base::Result<void> set_option(int socket, int level, int option, int value) {
  if (::setsockopt(socket, level, option, &value, sizeof(value)) != 0) return base::last_error("setsockopt");
  return {};
}

/// Removes the file of a Unix socket on which no process listens. A socket file outlives its process, and only a
/// connect shows if it is alive (unix(7)).
base::Result<void> remove_dead_socket(const base::ListenAddress& address) {
  struct stat status {};
  if (::lstat(address.path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return base::last_error("lstat", address.path);
  }
  if (!S_ISSOCK(status.st_mode)) return base::errno_error(EEXIST, "bind", address.path);
  const auto probe = open_socket(AF_UNIX, address.path);
  if (!probe) return probe.error();
  const SocketAddress target = socket_address(address);
  const bool refused = ::connect(probe->get(), target.get(), target.length) != 0 && errno == ECONNREFUSED;
  if (!refused) return base::errno_error(EADDRINUSE, "bind", address.path);
  if (::unlink(address.path.c_str()) != 0 && errno != ENOENT) return base::last_error("unlink", address.path);
  return {};
}

}  // namespace

base::Result<Listener> Listener::open(const base::ListenAddress& address, std::optional<gid_t> group) {
  Listener listener;
  listener.address_ = address;
  const std::string name = address.to_string();
  auto socket = open_socket(socket_address(address).family(), name);
  if (!socket) return socket.error();
  listener.socket_ = std::move(*socket);
  const bool is_unix = address.kind == base::ListenAddress::Kind::unix_socket;
  if (auto bound = is_unix ? listener.bind_unix(group) : listener.bind_tcp(); !bound) return bound.error();
  if (::listen(listener.descriptor(), SOMAXCONN) != 0) {
    const base::Error error = base::last_error("listen", name);
    listener.close();
    return error;
  }
  return listener;
}

base::Result<void> Listener::bind_tcp() {
  // Without SO_REUSEADDR a restart fails for a minute, while old connections are in TIME_WAIT (socket(7)).
  if (auto set = set_option(descriptor(), SOL_SOCKET, SO_REUSEADDR, 1); !set) return set;
  SocketAddress local = socket_address(address_);
  // Make [::] mean every address of both families, even if net.ipv6.bindv6only is set (ipv6(7)).
  if (local.family() == AF_INET6) {
    if (auto set = set_option(descriptor(), IPPROTO_IPV6, IPV6_V6ONLY, 0); !set) return set;
  }
  if (::bind(descriptor(), local.get(), local.length) != 0) return base::last_error("bind", address_.to_string());
  if (::getsockname(descriptor(), local.get(), &local.length) != 0) return base::last_error("getsockname");
  address_.port = local.port();
  return {};
}

base::Result<void> Listener::bind_unix(std::optional<gid_t> group) {
  if (auto removed = remove_dead_socket(address_); !removed) return removed;
  const SocketAddress local = socket_address(address_);
  const char* path = address_.path.c_str();
  if (::bind(descriptor(), local.get(), local.length) != 0) return base::last_error("bind", address_.path);
  // The kernel refuses every connect(2) before listen(2), so no client connects before the mode is set, under any
  // umask.
  auto restricted = restrict_access(group);
  if (!restricted) ::unlink(path);  // its own failure would hide the first one
  return restricted;
}

base::Result<void> Listener::restrict_access(std::optional<gid_t> group) {
  const char* path = address_.path.c_str();
  struct stat status {};
  if (::lstat(path, &status) != 0) return base::last_error("lstat", address_.path);
  // Do not call chown(2) if the group is right already: a service manager may forbid the call.
  if (group && *group != status.st_gid && ::lchown(path, static_cast<uid_t>(-1), *group) != 0) {
    const int error_number = errno;
    return base::errno_error(
        error_number, fmt::format("chown to group {} (CHART_SOCKET_GROUP; only one that the daemon is in)", *group),
        address_.path);
  }
  constexpr mode_t k_owner = S_IRUSR | S_IWUSR;
  constexpr mode_t k_owner_and_group = k_owner | S_IRGRP | S_IWGRP;
  if (::chmod(path, group ? k_owner_and_group : k_owner) != 0) return base::last_error("chmod", address_.path);
  device_ = status.st_dev;
  inode_ = status.st_ino;
  return {};
}

void Listener::close() {
  struct stat status {};
  const bool is_ours = socket_ && inode_ != 0 && ::lstat(address_.path.c_str(), &status) == 0 &&
                       status.st_dev == device_ && status.st_ino == inode_;
  // If the unlink fails, the file stays as a dead socket, which the next start replaces.
  if (is_ours) ::unlink(address_.path.c_str());
  socket_.reset();
}

}  // namespace reaper::http
