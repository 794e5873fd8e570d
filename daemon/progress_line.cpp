#include "progress_line.hpp"

#include "base/size.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace reaper::daemon {
namespace {

// Back to the first column, and clear to the end of the line (ECMA-48, EL).
constexpr const char* k_clear_line = "\r\x1b[K";

}  // namespace

void ProgressLine::draw() {
  if (!on_terminal_) return;
  fmt::print(stderr, "{}{} charts seen, {} removed, {:.1f} MB freed", k_clear_line, progress_->charts_seen.load(),
             progress_->charts_removed.load(), base::to_mebibytes(progress_->bytes_freed));
}

void ProgressLine::erase() const {
  if (on_terminal_) fmt::print(stderr, "{}", k_clear_line);
}

}  // namespace reaper::daemon
