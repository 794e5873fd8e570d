#pragma once

#include <cstdint>
#include <string>

namespace bench {

/// A writer at the full speed of its volume.
struct Burst {
  std::string root;             ///< on a volume without other writers
  bool synced = false;          ///< wait for the disk after each chart, instead of writing to memory
  std::uint64_t limit = 0;      ///< maximum size of the charts
  std::uint64_t max_bytes = 0;  ///< the writer gives up this far above the limit
  double seconds = 0;
};

/// Writes new charts and checks the usage of the volume after each, when it is highest. Prints one JSON object:
/// {"charts", "chart_bytes", "highest_bytes", "seconds", "gave_up"}. Throws std::system_error.
void write_burst(const Burst& burst);

}  // namespace bench
