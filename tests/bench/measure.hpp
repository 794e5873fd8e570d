#pragma once

namespace bench {

/// Runs the command and waits for it and its children. Prints one JSON object on standard output: {"code", "cpu_s",
/// "wall_s", "peak_kib"}. Discards the command's own output. Throws std::system_error.
///
/// The script cannot do this itself: a process's peak memory starts at that of its parent (getrusage(2), ru_maxrss),
/// and this program is smaller than any that it measures.
void measure(char** command);

}  // namespace bench
