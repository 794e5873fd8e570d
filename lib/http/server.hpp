#pragma once

#include "base/error.hpp"
#include "base/listen_address.hpp"
#include "http/counters.hpp"
#include "http/router.hpp"
#include "http/server_limits.hpp"
#include "telemetry/log.hpp"

#include <sys/types.h>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <optional>

namespace reaper::http {

/// The methods that a listener serves.
enum class Serves {
  everything,  ///< the admin listener
  reading,     ///< GET and HEAD only: the metrics listener
};

/// The parts of a server.
struct ServerParts {
  telemetry::Log& log;
  Router router;
  Serves serves;
  std::optional<gid_t> group = {};  ///< members may use the Unix socket, like its own user and root
  ServerLimits limits = {};
};

/// One listener and its sessions. It runs on the io_context's thread.
class Server {
 public:
  Server(boost::asio::io_context& io, ServerParts parts);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Binds and begins to accept. Returns the address with the actual port. See Listener::open() for Unix sockets.
  [[nodiscard]] base::Result<base::ListenAddress> listen(const base::ListenAddress& address);

  /// Stops accepting, closes idle connections and finishes answers that are being sent.
  void stop();

  /// Returns the counters since the start.
  [[nodiscard]] const Counters& counters() const;

  /// Returns the number of open connections.
  [[nodiscard]] std::size_t open_connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace reaper::http
