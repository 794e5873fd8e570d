#pragma once

#include "bell.hpp"
#include "latency.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace stress {

inline constexpr std::size_t k_max_writers = 16;
inline constexpr std::uint32_t k_max_charts = 65536;

/// What one writer has counted. Written by its process only, and read by others once that has ended, but for the
/// atomic one.
struct WriterFigures {
  std::atomic<std::uint64_t> contested{0};  ///< rewrites begun right where the cleaner was removing
  std::uint64_t rewrites = 0;               ///< all finished rewrites, those that came late included
  std::uint64_t failed_writes = 0;          ///< rewrites that a system call ended, e.g. on a full volume
  std::uint64_t lost_missing = 0;           ///< finished, never removable, and gone all the same
  std::uint64_t lost_other = 0;             ///< finished, but something else stood under the name afterwards
  Latency open;                             ///< open(2) for writing in those that are contested: what a lease can delay
  Latency unseen;                           ///< how long a finished chart could not be seen under its name
};

/// What became of a chart in the running round.
enum class Claim : std::uint8_t {
  none,     ///< the cleaner did not see it
  planned,  ///< the cleaner is to remove it, and a writer may rewrite it
  taken,    ///< one writer rewrites it: the only one in this round, so that it knows what must be there
};

/// The memory that the cleaner and the writers share.
///
/// A round has two phases. While it is prepared, the writers look at what they wrote in the last one, and make every
/// chart an old one. While it runs, the cleaner removes the charts that it saw as old, and the writers rewrite them
/// under its hands. So a chart that a writer finishes in a round is younger than what the cleaner judged, and must be
/// there when the round is over: no removal of it can have been legitimate.
struct Shared {
  std::atomic<std::uint64_t> prepared_round{0};  ///< the round that is prepared or runs
  std::atomic<std::uint64_t> running_round{0};   ///< equal to it while it runs
  std::atomic<std::uint32_t> position{0};        ///< the chart that the cleaner is at
  std::atomic<bool> stop{false};
  Bell bell;  ///< rung when a round or `stop` has changed, and when a writer is ready
  std::array<std::atomic<std::uint64_t>, k_max_writers> ready{};  ///< the last round that each writer has prepared
  std::array<std::atomic<Claim>, k_max_charts> claims{};
  std::array<WriterFigures, k_max_writers> figures{};
};

/// Owns one Shared in memory that forked processes have in common.
class SharedMemory {
 public:
  SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();

  [[nodiscard]] Shared& operator*() const { return *shared_; }

 private:
  Shared* shared_;
};

}  // namespace stress
