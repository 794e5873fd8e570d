#include "volume/recovery.hpp"

#include "volume/file_state.hpp"
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

/// On a volume without flock(2) nothing tells a live remover's chart from a dead one's but how long it has been in
/// quarantine. Nothing stays in quarantine anywhere near as long.
constexpr std::chrono::minutes k_quarantine_without_lock{10};

/// No chart has such a name, whatever the patterns are, so none was quarantined under one.
constexpr std::string_view k_own_prefix = ".chart-reaper";

/// The directory, or the name in it, has gone or is another kind of file now. If it comes back, a scan finds it.
bool is_gone(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP || error_number == EXDEV ||
         error_number == ENXIO;
}

/// Works on one leftover after the other.
class Recovery {
 public:
  Recovery(Root& root, charts::Catalog& catalog, const RecoveryOptions& options)
      : root_(root), catalog_(catalog), options_(options) {}

  void recover(const Leftover& leftover, const std::string& name) {
    auto directory = root_.open_directory(leftover.directory);
    if (!directory && is_gone(directory.error().code.value())) return;
    if (!directory) return fail(leftover, directory.error());
    System& system = root_.system();
    const int opened =
        system.open_at(directory->get(), leftover.quarantine_name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (opened < 0 && is_gone(-opened)) return no_longer_there(leftover);
    if (opened < 0) return fail(leftover, opened, "openat");
    const base::FileDescriptor file(opened);
    struct statx state {};
    if (const int error = system.stat_at(file.get(), "", state); error < 0) return fail(leftover, error, "statx");
    if (!S_ISREG(state.stx_mode)) return;
    if (is_held(file.get(), state)) return keep(leftover);
    put_back(leftover, name, {directory->get(), file.get(), state});
  }

  [[nodiscard]] RecoveryResult take_done() { return std::move(done_); }

 private:
  /// A leftover that is open.
  struct Open {
    int directory;
    int file;
    const struct statx& state;
  };

  bool is_held(int file, const struct statx& state) {
    const int locked = root_.system().lock(file);
    if (locked >= 0) return false;
    return locked == -EWOULDBLOCK || has_changed_lately(state);
  }

  [[nodiscard]] bool has_changed_lately(const struct statx& state) const {
    return options_.now - base::FileTime(std::chrono::nanoseconds(nanoseconds(state.stx_ctime))) <
           k_quarantine_without_lock;
  }

  void put_back(const Leftover& leftover, const std::string& name, const Open& open) {
    System& system = root_.system();
    const int renamed = rename_without_replacing(system, open.directory, {leftover.quarantine_name, name});
    if (renamed == -ENOENT) return;
    if (renamed == -EEXIST) return discard(leftover, name, open);
    if (renamed < 0) return fail(leftover, renamed, "renameat2");
    ++done_.put_back;
    // Under its own name it is another kind of file, as it was under the quarantine name.
    if (!options_.patterns.matches(name)) return;
    no_longer_there(leftover);
    struct statx state {};
    if (const int error = system.stat_at(open.directory, name.c_str(), state); error < 0)
      return count_failure(leftover, error, "statx");
    catalog_.put(catalog_.put_directory(leftover.directory), name, chart_state(state));
  }

  void discard(const Leftover& leftover, const std::string& name, const Open& open) {
    System& system = root_.system();
    struct statx standing {};
    if (system.stat_at(open.directory, name.c_str(), standing) < 0 || !S_ISREG(standing.stx_mode))
      return keep(leftover);
    if (may_be_written(open)) return keep(leftover);
    const int unlinked = system.unlink_at(open.directory, leftover.quarantine_name.c_str(), 0);
    if (unlinked < 0 && unlinked != -ENOENT) return fail(leftover, unlinked, "unlinkat");
    ++done_.discarded;
    no_longer_there(leftover);
  }

  /// A writer may have opened the file before it was quarantined, and be writing to it still. Off local disks only its
  /// times tell.
  [[nodiscard]] bool may_be_written(const Open& open) const {
    return root_.is_local() ? root_.system().take_lease(open.file) == -EAGAIN : has_changed_lately(open.state);
  }

  void no_longer_there(const Leftover& leftover) {
    const charts::DirectoryIndex home = catalog_.find_directory(leftover.directory);
    if (home == charts::k_no_directory) return;
    charts::Directory& directory = catalog_.directory(home);
    directory.others -= directory.others > 0 ? 1 : 0;
  }

  void keep(const Leftover& leftover) { done_.remaining.push_back(leftover); }

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
  RecoveryResult done_;
};

}  // namespace

RecoveryResult recover(Root& root, charts::Catalog& catalog, std::span<const Leftover> leftovers,
                       const RecoveryOptions& options) {
  Recovery recovery(root, catalog, options);
  for (const Leftover& leftover : leftovers) {
    const auto name = original_name(leftover.quarantine_name);
    if (name && !name->starts_with(k_own_prefix)) recovery.recover(leftover, *name);
  }
  return recovery.take_done();
}

}  // namespace reaper::volume
