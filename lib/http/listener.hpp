#pragma once

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/listen_address.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace reaper::http {

/// A socket that listens, and what it left in the file system.
class Listener {
 public:
  Listener() = default;

  /// Binds and listens. A Unix socket gets mode 0600, or with a group that group and mode 0660; a dead one in its place
  /// is replaced. The error is EADDRINUSE if somebody listens there already, EEXIST if what stands there is not a
  /// socket, and EPERM if the group is not one of the process's.
  [[nodiscard]] static base::Result<Listener> open(const base::ListenAddress& address, std::optional<gid_t> group = {});

  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

  /// The address with the port that was really taken.
  [[nodiscard]] const base::ListenAddress& address() const noexcept { return address_; }

  /// Removes the file of the Unix socket, unless another one has taken its place, and closes the socket.
  void close();

 private:
  [[nodiscard]] base::Result<void> bind_tcp();
  [[nodiscard]] base::Result<void> bind_unix(std::optional<gid_t> group);
  [[nodiscard]] base::Result<void> restrict_access(std::optional<gid_t> group);

  base::FileDescriptor socket_;
  base::ListenAddress address_;
  std::uint64_t device_ = 0;  // of the Unix socket's file
  std::uint64_t inode_ = 0;
};

}  // namespace reaper::http
