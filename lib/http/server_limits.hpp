#pragma once

#include <chrono>
#include <cstddef>

namespace reaper::http {

/// The limits of a listener for its clients. The defaults are the program's; tests shorten them.
struct ServerLimits {
  /// Time from the first byte of a request to the end of its head. A head is a few packets, so this is generous even on
  /// a bad link. It is short enough that slow clients do not pile up.
  std::chrono::milliseconds head_time{10'000};

  /// Time without a request on an open connection. Longer than 15 s, the usual scrape interval of Prometheus, so that
  /// Prometheus can keep its connection.
  std::chrono::milliseconds idle_time{30'000};

  /// Time for the client to read one whole answer. The longest has a few hundred KiB.
  std::chrono::milliseconds write_time{10'000};

  /// Time for which a closed connection still reads, so that a reset does not destroy the answer (RFC 9112, 9.6). One
  /// long round trip.
  std::chrono::milliseconds linger_time{1'000};

  /// Pause after an accept that failed for lack of descriptors or memory.
  std::chrono::milliseconds accept_pause{100};

  /// Maximum number of open connections. Two listeners leave more than 200 of the usual 1,024 descriptors for the
  /// volume. One connection more closes the one that has waited longest for its client, so probes always get through.
  std::size_t connections = 400;

  /// Maximum number of requests under way for an ordinary one to begin. Requests wait for sweeps, or for a volume that
  /// hangs, and a connection that waits for an answer is never closed to make room.
  std::size_t ordinary_under_way = 256;

  /// The same for questions that need a look at the volume. Clients that ask and disconnect can occupy all of these
  /// until the answers time out. POST, DELETE and statistics still get through.
  std::size_t questions_under_way = 208;

  /// The same for probes, which may wait for the volume too. All other connections wait for their clients. So one of
  /// them can always be closed for a request that is answered at once.
  std::size_t under_way = 384;

  /// A connection is closed after this many requests, so no connection lasts for ever.
  std::size_t requests_per_connection = 1'000;
};

}  // namespace reaper::http
