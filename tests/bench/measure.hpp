#pragma once

namespace bench {

/// Runs the command, and waits for it and everything it waits for. Prints one JSON object on standard output:
/// {"code", "cpu_s", "wall_s", "peak_kib"}; the command's own output goes nowhere. Throws std::system_error.
///
/// It is done here and not in the script because a process's peak memory is never less than its parent's was when it
/// was made (getrusage(2), ru_maxrss), and this program is smaller than whatever it measures.
void measure(char** command);

}  // namespace bench
