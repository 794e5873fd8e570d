#include "volume/scanner.hpp"

#include "volume/aside.hpp"
#include "volume/file_state.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace reaper::volume {
namespace {

using base::errno_error;

/// What glibc's readdir uses, too: large enough for a thousand entries a call, small enough for the cache.
constexpr std::size_t k_entries_buffer_bytes = 32 * 1024;

/// One entry of a directory, as getdents64(2) lays it out.
struct Entry {
  unsigned char type = DT_UNKNOWN;
  const char* name = nullptr;

  [[nodiscard]] bool is_self_or_parent() const { return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0; }
};

/// Reads one entry at the front of the bytes and takes it off them.
Entry take_entry(std::span<const std::byte>& bytes) {
  std::uint16_t length = 0;
  Entry entry;
  std::memcpy(&length, bytes.data() + offsetof(dirent64, d_reclen), sizeof length);
  std::memcpy(&entry.type, bytes.data() + offsetof(dirent64, d_type), sizeof entry.type);
  entry.name = reinterpret_cast<const char*>(bytes.data() + offsetof(dirent64, d_name));
  bytes = bytes.subspan(length);
  return entry;
}

/// One walk. Directories still to be read are kept as positions in the catalog, not as open descriptors, so depth and
/// width cost no descriptors.
class Walk {
 public:
  Walk(Root& root, const ScanOptions& options, Scan& scan)
      : root_(root), options_(options), scan_(scan), buffer_(k_entries_buffer_bytes) {}

  void run(const std::string& start) {
    push(start, levels_of(start));
    for (bool first = true; !pending_.empty(); first = false) {
      if (options_.stop.stop_requested()) {
        scan_.stopped = true;
        return;
      }
      const Pending next = pending_.back();
      pending_.pop_back();
      const bool exists = read_directory(next);
      if (first) scan_.found = exists;
      options_.progress.step();
    }
  }

 private:
  struct Pending {
    charts::DirectoryIndex directory;
    unsigned level;
  };

  static unsigned levels_of(const std::string& path) {
    if (path.empty()) return 0;
    return 1 + static_cast<unsigned>(std::count(path.begin(), path.end(), '/'));
  }

  void push(std::string path, unsigned level) {
    pending_.push_back({scan_.catalog.add_directory(std::move(path)), level});
  }

  /// False if there is no such directory (any more).
  bool read_directory(const Pending& pending) {
    const std::string path = scan_.catalog.directory(pending.directory).path;
    auto opened = root_.open_directory(path);
    if (!opened) return opening_failed(pending.directory, opened.error());
    failures_in_a_row_ = 0;
    read_entries(pending, opened->get());
    if (scan_.catalog.directory(pending.directory).empty()) read_modified_time(pending.directory, opened->get());
    return true;
  }

  bool opening_failed(charts::DirectoryIndex index, const base::Error& error) {
    charts::Directory& directory = scan_.catalog.directory(index);
    directory.complete = false;
    // Gone, or swapped for a link or a file since its parent was read.
    if (error.is(ENOENT) || error.is(ENOTDIR) || error.is(ELOOP)) return false;
    if (error.is(EXDEV)) ++scan_.mounts;
    else scan_.failures.add(error, directory.path);
    return true;
  }

  void read_entries(const Pending& pending, int descriptor) {
    for (;;) {
      const long length = root_.system().read_entries(descriptor, buffer_);
      if (length == 0) return;
      if (length < 0) return reading_failed(pending.directory, static_cast<int>(-length));
      std::span<const std::byte> bytes(buffer_.data(), static_cast<std::size_t>(length));
      while (!bytes.empty()) {
        const Entry entry = take_entry(bytes);
        if (!entry.is_self_or_parent()) judge(pending, descriptor, entry);
        if (failures_in_a_row_ < k_most_failures_in_a_row) continue;
        scan_.catalog.directory(pending.directory).complete = false;
        return;
      }
      options_.progress.step();
    }
  }

  void reading_failed(charts::DirectoryIndex index, int error_number) {
    charts::Directory& directory = scan_.catalog.directory(index);
    directory.complete = false;
    // A directory that was removed while it is read answers ENOENT (getdents(2)).
    if (error_number == ENOENT) return;
    scan_.failures.add(errno_error(error_number, "getdents64", directory.path), directory.path);
  }

  void judge(const Pending& pending, int descriptor, const Entry& entry) {
    if (entry.type == DT_DIR) return enter(pending, entry.name);
    if (entry.type == DT_REG && original_name(entry.name)) {
      scan_.leftovers.push_back({pending.directory, entry.name});
    } else if (entry.type == DT_UNKNOWN || (entry.type == DT_REG && options_.patterns.matches(entry.name))) {
      return look_closer(pending, descriptor, entry.name);
    }
    ++scan_.catalog.directory(pending.directory).others;
  }

  void enter(const Pending& pending, const char* name) {
    charts::Directory& directory = scan_.catalog.directory(pending.directory);
    ++directory.subdirectories;
    if (pending.level == k_most_levels) ++scan_.too_deep;
    else push(charts::join_path(directory.path, name), pending.level + 1);
  }

  /// For names that may be charts, and for volumes that do not say what an entry is.
  void look_closer(const Pending& pending, int descriptor, const char* name) {
    struct statx file {};
    const int error = root_.system().stat_at(descriptor, name, file);
    if (error == -ENOENT) return;
    charts::Directory& directory = scan_.catalog.directory(pending.directory);
    if (error < 0) {
      ++failures_in_a_row_;
      ++directory.others;
      scan_.failures.add(errno_error(-error, "statx", charts::join_path(directory.path, name)), directory.path);
      return;
    }
    failures_in_a_row_ = 0;
    if (S_ISDIR(file.stx_mode)) return enter(pending, name);
    if (is_mount_point(file)) ++scan_.mounts;
    const bool regular = S_ISREG(file.stx_mode) && !is_mount_point(file);
    if (regular && original_name(name)) scan_.leftovers.push_back({pending.directory, name});
    else if (regular && options_.patterns.matches(name)) return add_chart(file, pending.directory, name);
    ++directory.others;
  }

  void add_chart(const struct statx& file, charts::DirectoryIndex directory, const char* name) {
    scan_.catalog.add_chart(chart_from(file, directory), name);
    options_.progress.charts_seen.fetch_add(1, std::memory_order_relaxed);
  }

  /// Only an empty directory's time is of interest: it says since when it has been empty.
  void read_modified_time(charts::DirectoryIndex index, int descriptor) {
    charts::Directory& directory = scan_.catalog.directory(index);
    struct statx self {};
    if (const int error = root_.system().stat_at(descriptor, "", self); error < 0) {
      directory.complete = false;
      scan_.failures.add(errno_error(-error, "statx", directory.path), directory.path);
      return;
    }
    directory.modified_ns = nanoseconds(self.stx_mtime);
  }

  Root& root_;
  const ScanOptions& options_;
  Scan& scan_;
  std::vector<std::byte> buffer_;
  std::vector<Pending> pending_;
  unsigned failures_in_a_row_ = 0;
};

}  // namespace

Scan scan(Root& root, const std::string& start, const ScanOptions& options) {
  Scan scan;
  Walk(root, options, scan).run(start);
  return scan;
}

}  // namespace reaper::volume
