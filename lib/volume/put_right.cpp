#include "volume/put_right.hpp"

#include "volume/aside.hpp"
#include "volume/file_state.hpp"
#include "volume/rename.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <string>

namespace reaper::volume {
namespace {

/// On a volume without flock(2) nothing tells a live remover's chart from a dead one's but how long it has been aside.
/// Nothing stays aside anywhere near as long.
constexpr std::chrono::minutes k_aside_without_lock{10};

/// Works on one leftover after the other.
class Mender {
 public:
  Mender(Root& root, charts::Catalog& catalog, const PutRightOptions& options)
      : root_(root), catalog_(catalog), options_(options) {}

  void mend(const Leftover& leftover, const std::string& name) {
    auto directory = root_.open_directory(leftover.directory);
    if (!directory) return fail(leftover, directory.error());
    System& system = root_.system();
    const int opened = system.open_at(directory->get(), leftover.aside.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (opened == -ENOENT) return;
    if (opened < 0) return fail(leftover, opened, "openat");
    const base::FileDescriptor file(opened);
    struct statx state {};
    if (const int error = system.stat_at(file.get(), "", state); error < 0) return fail(leftover, error, "statx");
    if (!S_ISREG(state.stx_mode) || is_held(file.get(), state)) return;
    put_back(leftover, name, directory->get(), file.get());
  }

  [[nodiscard]] const PutRight& done() const { return done_; }

 private:
  bool is_held(int file, const struct statx& state) {
    const int locked = root_.system().lock(file);
    if (locked >= 0) return false;
    if (locked == -EWOULDBLOCK) return true;
    return options_.now - base::FileTime(std::chrono::nanoseconds(nanoseconds(state.stx_ctime))) < k_aside_without_lock;
  }

  void put_back(const Leftover& leftover, const std::string& name, int directory, int file) {
    System& system = root_.system();
    const int renamed = rename_without_replacing(system, directory, {leftover.aside, name});
    if (renamed == -ENOENT) return;
    if (renamed == -EEXIST) return drop(leftover, name, directory, file);
    if (renamed < 0) return fail(leftover, renamed, "renameat2");
    ++done_.put_back;
    const charts::DirectoryIndex home = no_longer_there(leftover);
    struct statx state {};
    if (const int error = system.stat_at(directory, name.c_str(), state); error < 0)
      return fail(leftover, error, "statx");
    catalog_.put(home, name, chart_state(state));
  }

  void drop(const Leftover& leftover, const std::string& name, int directory, int file) {
    System& system = root_.system();
    struct statx standing {};
    if (system.stat_at(directory, name.c_str(), standing) < 0 || !S_ISREG(standing.stx_mode)) return;
    // A writer may have opened the file before it was set aside, and be writing to it still.
    if (system.take_lease(file) == -EAGAIN) return;
    const int unlinked = system.unlink_at(directory, leftover.aside.c_str(), 0);
    if (unlinked < 0 && unlinked != -ENOENT) return fail(leftover, unlinked, "unlinkat");
    ++done_.dropped;
    no_longer_there(leftover);
  }

  charts::DirectoryIndex no_longer_there(const Leftover& leftover) {
    const charts::DirectoryIndex home = catalog_.put_directory(leftover.directory);
    charts::Directory& directory = catalog_.directory(home);
    directory.others -= directory.others > 0 ? 1 : 0;
    return home;
  }

  void fail(const Leftover& leftover, int result, std::string_view operation) {
    fail(leftover, base::errno_error(-result, operation, charts::join_path(leftover.directory, leftover.aside)));
  }

  void fail(const Leftover& leftover, const base::Error& error) { options_.failures.add(error, leftover.directory); }

  Root& root_;
  charts::Catalog& catalog_;
  const PutRightOptions& options_;
  PutRight done_;
};

}  // namespace

PutRight put_right(Root& root, charts::Catalog& catalog, std::span<const Leftover> leftovers,
                   const PutRightOptions& options) {
  Mender mender(root, catalog, options);
  for (const Leftover& leftover : leftovers) {
    const auto name = original_name(leftover.aside);
    // Only what is a chart under its own name can have been set aside by us.
    if (name && options.patterns.matches(*name)) mender.mend(leftover, *name);
  }
  return mender.done();
}

}  // namespace reaper::volume
