#include "progress_line.hpp"

#include "base/size.hpp"
#include "base/words.hpp"
#include "output.hpp"

#include <fmt/format.h>

namespace reaper::daemon {
namespace {

// Moves to the first column and clears to the end of the line (ECMA-48, EL).
constexpr const char* k_clear_line = "\r\x1b[K";

}  // namespace

void ProgressLine::draw() {
  if (!on_terminal_) return;
  write_error(fmt::format("{}{} seen, {} removed, {:.1f} MB freed", k_clear_line,
                          base::count_in_words(progress_->charts_seen, "chart", "charts"),
                          progress_->charts_removed.load(), base::to_mebibytes(progress_->bytes_freed)));
}

void ProgressLine::erase() const {
  if (on_terminal_) write_error(k_clear_line);
}

}  // namespace reaper::daemon
