#include "volume/remover.hpp"

#include "volume/file_state.hpp"
#include "volume/removal_window.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <unordered_map>

namespace reaper::volume {
namespace {

/// Counts failures by directory while charts are concluded.
class FailingDirectories {
 public:
  void note(const std::string& directory, Outcome outcome) {
    if (outcome == Outcome::failed) ++in_a_row_[directory];
    else if (!in_a_row_.empty()) in_a_row_.erase(directory);
  }
  [[nodiscard]] bool given_up(const std::string& directory) const {
    const auto count = in_a_row_.find(directory);
    return count != in_a_row_.end() && count->second >= k_most_failures_in_a_row;
  }

 private:
  std::unordered_map<std::string, unsigned> in_a_row_;
};

/// When each chart may go, so that there are not more than so many a second.
class Pace {
 public:
  explicit Pace(double most_per_second) : interval_(most_per_second > 0 ? 1 / most_per_second : 0) {}

  [[nodiscard]] bool is_unlimited() const { return interval_ == interval_.zero(); }
  [[nodiscard]] std::chrono::steady_clock::time_point due(std::size_t position) const {
    return began_ + std::chrono::duration_cast<std::chrono::nanoseconds>(interval_ * static_cast<double>(position));
  }

 private:
  std::chrono::duration<double> interval_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

bool may_go_on(const Root& root, const RemoveOptions& options) {
  if (options.stop.stop_requested()) return false;
  if (root.is_current()) return true;
  options.failures.add(base::errno_error(ESTALE, "statx", root.path()), "");
  return false;
}

}  // namespace

void remove(Root& root, Charts charts, const RemoveOptions& options) {
  FailingDirectories failing;
  RemoveOptions counting = options;
  counting.on_concluded = [&](std::size_t position, const RemovalResult& conclusion) {
    failing.note(charts[position]->directory, conclusion.outcome);
    if (conclusion.outcome == Outcome::removed) {
      Progress::increase(options.progress.charts_removed, 1);
      Progress::increase(options.progress.bytes_freed, conclusion.freed_bytes);
    }
    options.on_concluded(position, conclusion);
  };

  bool going_on = true;
  RemovalWindow window(root, counting);
  const Pace pace(options.most_per_second);
  std::size_t next = 0;
  const auto has_next = [&] {
    while (next == charts.size()) {
      if (going_on) options.more(charts);
      if (next != charts.size() || window.is_empty()) break;
      window.wait_for_first();
    }
    return next != charts.size();
  };
  for (; has_next(); ++next) {
    if (next % k_window_charts == 0) {
      going_on = going_on && may_go_on(root, options);
      options.between();
    }
    going_on = going_on && (pace.is_unlimited() || window.wait_until(pace.due(next))) && !options.stop.stop_requested();
    if (going_on && !failing.given_up(charts[next]->directory)) window.quarantine(next, *charts[next]);
    else options.on_concluded(next, {Outcome::skipped});
  }
}

Outcome remove_directory(Root& root, const std::string& path, base::FileTime unchanged_since, Failures& failures) {
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "" : path.substr(0, slash);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const auto opened = root.open_directory(parent);
  if (!opened && opened.error().is(ENOENT)) return Outcome::gone;
  if (!opened) {
    failures.add(opened.error(), parent);
    return Outcome::failed;
  }
  struct statx directory {};
  if (const int error = root.system().stat_at(opened->get(), name.c_str(), directory); error == -ENOENT) {
    return Outcome::gone;
  } else if (error < 0) {
    failures.add(base::errno_error(-error, "statx", path), parent);
    return Outcome::failed;
  }
  if (nanoseconds(directory.stx_mtime) > unchanged_since.time_since_epoch().count()) return Outcome::changed;
  const int removed = root.system().unlink_at(opened->get(), name.c_str(), AT_REMOVEDIR);
  if (removed == 0) return Outcome::removed;
  if (removed == -ENOENT) return Outcome::gone;
  // Something is in it by now, or it is no longer a directory, or something is mounted on it.
  if (removed == -ENOTEMPTY || removed == -EEXIST || removed == -ENOTDIR || removed == -EBUSY) return Outcome::changed;
  failures.add(base::errno_error(-removed, "unlinkat", path), parent);
  return Outcome::failed;
}

}  // namespace reaper::volume
