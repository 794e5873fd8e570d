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

/// The counts of one writer. Only its process writes them. Others read them once that process has ended, except for the
/// atomic one.
struct WriterFigures {
  std::atomic<std::uint64_t> contested{0};  ///< rewrites that began right where the cleaner was removing
  std::uint64_t rewrites = 0;               ///< all finished rewrites, including late ones
  std::uint64_t failed_writes = 0;          ///< rewrites that a system call failed, e.g. on a full volume
  std::uint64_t lost_missing = 0;           ///< finished and not removable, but missing
  std::uint64_t lost_other = 0;             ///< finished, but the name has other content
  Latency open;                             ///< open(2) for writing in contested rewrites: a lease can delay it
  Latency unseen;                           ///< how long a finished chart was missing under its name
};

/// The state of a chart in the running round.
enum class Claim : std::uint8_t {
  none,     ///< the cleaner did not see it
  planned,  ///< the cleaner will remove it, and a writer may rewrite it
  taken,    ///< one writer rewrites it: the only one in this round, so it knows the expected content
};

/// The memory that the cleaner and the writers share.
///
/// A round has two phases. In the first, the writers verify their writes of the last round and make every chart old. In
/// the second, the cleaner removes the charts it saw as old while the writers rewrite them. A chart that a writer
/// finished in a round is therefore younger than the one that the cleaner judged. It must exist at the end of the
/// round, because no removal of it was legitimate.
struct Shared {
  std::atomic<std::uint64_t> prepared_round{0};  ///< the round that is being prepared or runs
  std::atomic<std::uint64_t> running_round{0};   ///< equal to prepared_round while the round runs
  std::atomic<std::uint32_t> position{0};        ///< the chart that the cleaner is working on
  std::atomic<bool> stop{false};
  Bell bell;  ///< rung when a round or `stop` has changed, and when a writer is ready
  std::array<std::atomic<std::uint64_t>, k_max_writers> ready{};  ///< the last round that each writer has prepared
  std::array<std::atomic<Claim>, k_max_charts> claims{};
  std::array<WriterFigures, k_max_writers> figures{};
};

/// Owns one Shared in memory that forked processes share.
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
