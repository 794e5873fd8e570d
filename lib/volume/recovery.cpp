#include "volume/recovery.hpp"

#include "volume/file_state.hpp"
#include "volume/means_gone.hpp"
#include "volume/quarantine_name.hpp"
#include "volume/rename.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace reaper::volume {
namespace {

/// Without flock(2) only the time in quarantine shows if a running remover or a crash left the chart. No running
/// remover keeps a chart in quarantine nearly as long.
constexpr std::chrono::minutes k_quarantine_without_lock{10};

/// Files with this prefix are never charts, so no remover quarantined one.
constexpr std::string_view k_own_prefix = ".chart-reaper";

/// Returns true if the error of opening a leftover means that it has gone or has another type now. If it comes back, a
/// scan finds it.
bool means_no_file(const base::Error& error) { return means_out_of_reach(error) || error.is(ENXIO); }

/// Recovers leftovers one by one.
class Recovery {
 public:
  Recovery(Root& root, charts::Catalog& catalog, const RecoveryOptions& options)
      : root_(root), catalog_(catalog), options_(options) {}

  void recover(const Leftover& leftover, const std::string& name) {
    auto directory = root_.open_directory(leftover.directory);
    if (!directory && means_out_of_reach(directory.error())) return;
    if (!directory) return fail(leftover, directory.error());
    System& system = root_.system();
    const int opened =
        system.open_at(directory->get(), leftover.quarantine_name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (opened < 0 && means_no_file(base::errno_error(-opened, "openat"))) return uncount(leftover);
    if (opened < 0) return fail(leftover, opened, "openat");
    base::FileDescriptor file(opened);
    struct statx state {};
    if (const int error = system.stat_at(file.get(), "", state); error < 0) return fail(leftover, error, "statx");
    if (!S_ISREG(state.stx_mode)) return;
    if (is_in_use(file.get(), state)) return keep(leftover);
    // On other volumes no lease is taken. FUSE and NFS clients may copy or hide an open file instead of renaming or
    // unlinking it. A FUSE program may handle the close too late; leftovers are too rare to wait for it.
    if (!root_.is_local()) file.reset();
    put_back(leftover, name, {directory->get(), file.get(), state});
  }

  [[nodiscard]] RecoveryResult take_result() { return std::move(result_); }

 private:
  /// An open leftover.
  struct OpenLeftover {
    int directory;
    int file;  ///< -1 on volumes that are not local
    const struct statx& state;
  };

  /// Returns true if another remover may still hold the chart.
  bool is_in_use(int file, const struct statx& state) {
    const int locked = root_.system().lock(file);
    if (locked >= 0) return false;
    return locked == -EWOULDBLOCK || has_changed_lately(state);
  }

  [[nodiscard]] bool has_changed_lately(const struct statx& state) const {
    return options_.now - base::FileTime(std::chrono::nanoseconds(nanoseconds(state.stx_ctime))) <
           k_quarantine_without_lock;
  }

  void put_back(const Leftover& leftover, const std::string& name, const OpenLeftover& open) {
    System& system = root_.system();
    const int renamed = rename_from_quarantine(system, open.directory, {leftover.quarantine_name, name});
    if (renamed == -ENOENT) return;
    if (renamed == -EEXIST) return discard(leftover, name, open);
    if (renamed < 0) return fail(leftover, renamed, "renameat2");
    ++result_.put_back;
    // The current patterns do not match it: the catalog still counts it as another file.
    if (!options_.patterns.matches(name)) return;
    uncount(leftover);
    struct statx state {};
    if (const int error = system.stat_at(open.directory, name.c_str(), state); error < 0)
      return count_failure(leftover, error, "statx");
    catalog_.put(catalog_.put_directory(leftover.directory), name, chart_state(state, *root_.volume()));
  }

  void discard(const Leftover& leftover, const std::string& name, const OpenLeftover& open) {
    System& system = root_.system();
    struct statx new_chart {};
    if (system.stat_at(open.directory, name.c_str(), new_chart) < 0 || !S_ISREG(new_chart.stx_mode))
      return keep(leftover);
    if (may_be_written(open)) return keep(leftover);
    const int unlinked = system.unlink_at(open.directory, leftover.quarantine_name.c_str(), 0);
    if (unlinked < 0 && unlinked != -ENOENT) return fail(leftover, unlinked, "unlinkat");
    ++result_.discarded;
    uncount(leftover);
  }

  /// Returns true if a writer may have opened the file before the quarantine and may still be writing. On volumes that
  /// are not local only the file's change time shows that.
  [[nodiscard]] bool may_be_written(const OpenLeftover& open) const {
    return root_.is_local() ? root_.system().take_lease(open.file) == -EAGAIN : has_changed_lately(open.state);
  }

  /// The catalog counts a leftover as another file of its directory.
  void uncount(const Leftover& leftover) {
    const charts::DirectoryIndex home = catalog_.find_directory(leftover.directory);
    if (home != charts::k_no_directory) catalog_.remove_other(home);
  }

  void keep(const Leftover& leftover) { result_.remaining.push_back(leftover); }

  void fail(const Leftover& leftover, int result, std::string_view operation) {
    count_failure(leftover, result, operation);
    keep(leftover);
  }

  void fail(const Leftover& leftover, const base::Error& error) {
    options_.failures.add(error, leftover.directory);
    keep(leftover);
  }

  void count_failure(const Leftover& leftover, int result, std::string_view operation) {
    options_.failures.add(
        base::errno_error(-result, operation, charts::join_path(leftover.directory, leftover.quarantine_name)),
        leftover.directory);
  }

  Root& root_;
  charts::Catalog& catalog_;
  const RecoveryOptions& options_;
  RecoveryResult result_;
};

}  // namespace

RecoveryResult recover(Root& root, charts::Catalog& catalog, std::span<const Leftover> leftovers,
                       const RecoveryOptions& options) {
  Recovery recovery(root, catalog, options);
  for (const Leftover& leftover : leftovers) {
    const auto name = original_name(leftover.quarantine_name);
    if (name && !name->starts_with(k_own_prefix)) recovery.recover(leftover, *name);
  }
  return recovery.take_result();
}

}  // namespace reaper::volume
