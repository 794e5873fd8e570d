#pragma once

#include <cstdint>
#include <string>

namespace bench {

/// A writer at the full speed of its volume.
struct Burst {
  std::string root;             ///< on a volume that nobody else writes to
  bool synced = false;          ///< wait for the disk after each chart, instead of writing to memory
  std::uint64_t limit = 0;      ///< bytes that the charts may have
  std::uint64_t max_bytes = 0;  ///< above the limit at which it gives up
  double seconds = 0;
};

/// Writes ever new charts, and asks the volume after each how much of it is in use: that is when it is highest. Prints
/// one JSON object: {"charts", "chart_bytes", "highest_bytes", "seconds", "gave_up"}. Throws std::system_error.
void write_burst(const Burst& burst);

}  // namespace bench
