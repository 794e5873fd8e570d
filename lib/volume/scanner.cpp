#include "volume/scanner.hpp"

#include "volume/directory_entries.hpp"
#include "volume/file_state.hpp"
#include "volume/quarantine_name.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::volume {
namespace {

using base::errno_error;
using charts::DirectoryIndex;

/// The names of the directories that are still to be entered from one that has been read: one after the other, each
/// with its NUL, because a root may have a million of them; in blocks, which are given back as their names are taken.
class Names {
 public:
  void add(std::string_view name) {
    if (blocks_.empty() || blocks_.back().size() + name.size() >= k_block_bytes) {
      blocks_.emplace_back().reserve(k_block_bytes);
    }
    blocks_.back().append(name.data(), name.size() + 1);
    ++count_;
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  /// Null if there is none left. The name lives until the next call.
  [[nodiscard]] const char* take() {
    if (!blocks_.empty() && next_ == blocks_.front().size()) {
      blocks_.pop_front();
      next_ = 0;
    }
    if (blocks_.empty()) return nullptr;
    const char* const name = blocks_.front().c_str() + next_;
    next_ += std::strlen(name) + 1;
    return name;
  }

 private:
  /// Few are cut short, and each is a share of what a small container may have.
  static constexpr std::size_t k_block_bytes = 16 * 1024;

  std::deque<std::string> blocks_;
  std::size_t count_ = 0;
  std::size_t next_ = 0;  // in the first block
};

/// What a regular file of a name may be.
enum class NameKind : std::uint8_t { chart, leftover, other };

/// One walk, depth first: a directory is read to its end before any below it is opened, so at most one descriptor for
/// each level is open.
class Walk {
 public:
  Walk(Root& root, charts::Catalog& catalog, ScanSink& sink, const ScanOptions& options)
      : root_(root), catalog_(catalog), sink_(sink), options_(options), buffer_(k_entries_buffer_bytes) {}

  ScanResult run(DirectoryIndex start) {
    auto opened = root_.open_directory(catalog_.path(start));
    if (opened) read(start, std::move(*opened));
    else result_.found = opening_failed(start, opened.error());
    while (!levels_.empty()) {
      if (options_.stop.stop_requested()) {
        result_.stopped = true;
        break;
      }
      const char* const name = levels_.back().pending.take();
      if (name == nullptr) levels_.pop_back();
      else descend(name);
    }
    return result_;
  }

 private:
  /// A directory that has been read, with what is still to be done below it.
  struct Level {
    DirectoryIndex directory = 0;
    base::FileDescriptor descriptor;
    bool is_new = false;  // nothing below it was known before
    Names pending;
  };

  void descend(const char* name) {
    const DirectoryIndex above = levels_.back().directory;
    // A name may be met twice even in a new directory, if others rename in it while it is read.
    const DirectoryIndex known = levels_.back().is_new ? charts::k_no_directory : catalog_.find_directory(above, name);
    const auto [directory, is_new] =
        known == charts::k_no_directory ? catalog_.add_directory(above, name) : std::pair(known, false);
    if (!sink_.enters(directory, !is_new)) {
      catalog_.mark_found(directory);
      return;
    }
    auto opened = root_.open_child(levels_.back().descriptor.get(), name);
    if (opened) read(directory, std::move(*opened));
    else if (!opening_failed(directory, opened.error())) sink_.on_gone(directory);
  }

  void read(DirectoryIndex directory, base::FileDescriptor descriptor) {
    charts::Reading reading(catalog_, directory);
    reading_ = &reading;
    sink_.on_open(directory, descriptor.get());
    failures_in_a_row_ = 0;
    charts_since_chunk_ = 0;
    Level level{directory, std::move(descriptor), catalog_.directory(directory).children() == 0, {}};
    read_entries(level);
    sink_.on_read(reading, directory, level.descriptor.get());
    options_.progress.step();
    if (level.pending.count() == 0) return;
    catalog_.expect_directories(level.pending.count());
    levels_.push_back(std::move(level));
  }

  /// False if there is no such directory (any more).
  bool opening_failed(DirectoryIndex index, const base::Error& error) {
    // Gone, or swapped for a link or a file since its parent was read.
    if (error.is(ENOENT) || error.is(ENOTDIR) || error.is(ELOOP)) return false;
    charts::Reading(catalog_, index).fail();
    if (error.is(EXDEV)) ++result_.mounts;
    else options_.failures.add(error, catalog_.path(index));
    return true;
  }

  void read_entries(Level& level) {
    for (;;) {
      const long length = root_.system().read_entries(level.descriptor.get(), buffer_);
      if (length == 0) return;
      if (length < 0) return reading_failed(level.directory, static_cast<int>(-length));
      std::span<const std::byte> bytes(buffer_.data(), static_cast<std::size_t>(length));
      while (!bytes.empty()) {
        const Entry entry = take_entry(bytes);
        if (!entry.is_self_or_parent()) judge(level, entry);
        if (failures_in_a_row_ < k_most_failures_in_a_row) continue;
        reading_->fail();
        return;
      }
      options_.progress.step();
      if (charts_since_chunk_ < k_chunk_charts) continue;
      charts_since_chunk_ = 0;
      sink_.on_chunk(level.directory);
    }
  }

  void reading_failed(DirectoryIndex index, int error_number) {
    reading_->fail();
    // A directory that was removed while it is read answers ENOENT (getdents(2)).
    if (error_number == ENOENT) return;
    const std::string path = catalog_.path(index);
    options_.failures.add(errno_error(error_number, "getdents64", path), path);
  }

  [[nodiscard]] NameKind kind_of(std::string_view name) const {
    if (is_quarantine_name(name)) return NameKind::leftover;
    return options_.patterns.matches(name) ? NameKind::chart : NameKind::other;
  }

  void judge(Level& level, const Entry& entry) {
    if (entry.type == DT_DIR) return found_directory(level, entry.name);
    if (entry.type == DT_REG || entry.type == DT_UNKNOWN) {
      const NameKind kind = kind_of(entry.name);
      if (kind == NameKind::chart || entry.type == DT_UNKNOWN) return look_closer(level, entry.name, kind);
      if (kind == NameKind::leftover) sink_.on_leftover(level.directory, entry.name);
    }
    reading_->add_others(1);
  }

  void found_directory(Level& level, std::string_view name) {
    reading_->add_subdirectories(1);
    if (catalog_.directory(level.directory).level() == k_most_levels) ++result_.too_deep;
    else level.pending.add(name);
  }

  /// For names that may be charts, and for volumes that do not say what an entry is.
  void look_closer(Level& level, std::string_view name, NameKind kind) {
    struct statx file {};
    const int error = root_.system().stat_at(level.descriptor.get(), name.data(), file);
    if (error == -ENOENT) return;
    if (error < 0) return looking_failed(level.directory, name, error);
    failures_in_a_row_ = 0;
    if (S_ISDIR(file.stx_mode)) return found_directory(level, name);
    const bool is_mount = is_mount_point(file);
    if (is_mount) ++result_.mounts;
    if (S_ISREG(file.stx_mode) && !is_mount) {
      if (kind == NameKind::chart) return found_chart(level.directory, name, file);
      if (kind == NameKind::leftover) sink_.on_leftover(level.directory, name);
    }
    reading_->add_others(1);
  }

  void looking_failed(DirectoryIndex index, std::string_view name, int error) {
    ++failures_in_a_row_;
    reading_->add_others(1);
    // The chart is still there, only its state is not known.
    reading_->fail();
    const std::string path = catalog_.path(index);
    options_.failures.add(errno_error(-error, "statx", charts::join_path(path, name)), path);
  }

  void found_chart(DirectoryIndex directory, std::string_view name, const struct statx& file) {
    ++charts_since_chunk_;
    Progress::increase(options_.progress.charts_seen, 1);
    sink_.on_chart(directory, name, chart_state(file));
  }

  Root& root_;
  charts::Catalog& catalog_;
  ScanSink& sink_;
  const ScanOptions& options_;
  ScanResult result_;
  std::vector<std::byte> buffer_;
  std::vector<Level> levels_;
  charts::Reading* reading_ = nullptr;
  unsigned failures_in_a_row_ = 0;
  std::size_t charts_since_chunk_ = 0;
};

}  // namespace

ScanResult scan(Root& root, charts::Catalog& catalog, DirectoryIndex start, ScanSink& sink,
                const ScanOptions& options) {
  return Walk(root, catalog, sink, options).run(start);
}

}  // namespace reaper::volume
