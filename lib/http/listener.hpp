#pragma once

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/listen_address.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace reaper::http {

/// A listening socket and its file, if it is a Unix socket.
class Listener {
 public:
  Listener() = default;

  /// Binds and listens. A Unix socket gets mode 0600; with `group` it gets that group and mode 0660. A dead socket file
  /// at its path is replaced. Errors: EADDRINUSE if another process listens there, EEXIST if the path is not a socket,
  /// EPERM if the process is not in the group.
  [[nodiscard]] static base::Result<Listener> open(const base::ListenAddress& address, std::optional<gid_t> group = {});

  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

  /// Returns the address with the actual port.
  [[nodiscard]] const base::ListenAddress& address() const noexcept { return address_; }

  /// Closes the socket. Removes the file of a Unix socket, unless another file has its path now.
  void close();

 private:
  [[nodiscard]] base::Result<void> bind_tcp();
  [[nodiscard]] base::Result<void> bind_unix(std::optional<gid_t> group);
  [[nodiscard]] base::Result<void> restrict_access(std::optional<gid_t> group);

  base::FileDescriptor socket_;
  base::ListenAddress address_;
  std::uint64_t device_ = 0;  // of the file of a Unix socket
  std::uint64_t inode_ = 0;
};

}  // namespace reaper::http
