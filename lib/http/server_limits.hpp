#pragma once

#include <chrono>
#include <cstddef>

namespace reaper::http {

/// What a listener grants its clients. The defaults are the program's; tests shorten them.
struct ServerLimits {
  /// From the first byte of a request to the end of its head. No head is larger than a few packets, so this is
  /// generous even on a bad link, and short enough that trickling clients do not pile up.
  std::chrono::milliseconds head_time{10'000};

  /// Without a request on an open connection. Above the 15 s at which Prometheus usually scrapes, so that it can keep
  /// its connection.
  std::chrono::milliseconds idle_time{30'000};

  /// For the client to take one whole answer, the longest of which is a few hundred KiB.
  std::chrono::milliseconds write_time{10'000};

  /// How long a closed connection still swallows what the client sends, so that the answer is not lost to a reset
  /// (RFC 9112, 9.6). One long round trip.
  std::chrono::milliseconds linger_time{1'000};

  /// Before the next accept after one that failed for want of descriptors or memory.
  std::chrono::milliseconds accept_pause{100};

  /// Connections open at once. Two listeners together leave more than 200 of the usual 1,024 descriptors to the work on
  /// the volume. One more closes the connection that has waited for its client longest, so probes always get through.
  std::size_t connections = 400;

  /// Requests under way at the same time, beyond which no ordinary one is begun. They wait for sweeps, or for a volume
  /// that hangs, and a connection that waits for an answer is never closed to make room.
  std::size_t ordinary_under_way = 256;

  /// The same for questions that cost a look at the volume. Clients that ask and leave may occupy all of these until
  /// the patience for their answers is over; POST, DELETE and statistics still get through.
  std::size_t questions_under_way = 208;

  /// The same for probes, which may wait for the volume, too. All other connections wait for their clients, so that one
  /// of them can always make room for a request that is answered at once.
  std::size_t under_way = 384;

  /// After so many requests a connection is closed, so that none is forever.
  std::size_t requests_per_connection = 1'000;
};

}  // namespace reaper::http
