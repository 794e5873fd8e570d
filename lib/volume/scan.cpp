#include "volume/scan.hpp"

#include "charts/chart.hpp"
#include "volume/directory_entries.hpp"
#include "volume/file_state.hpp"
#include "volume/foreign_directory.hpp"
#include "volume/means_gone.hpp"
#include "volume/quarantine_name.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

namespace reaper::volume {
namespace {

unsigned level_of(std::string_view path) {
  return path.empty() ? 0 : static_cast<unsigned>(std::count(path.begin(), path.end(), '/')) + 1;
}

}  // namespace

Scan::Scan(Root& root, std::string start, const ScanOptions& options)
    : root_(root),
      start_(std::move(start)),
      start_level_(level_of(start_)),
      options_(options),
      buffer_(k_entries_buffer_bytes) {}

bool Scan::next_directory() {
  has_ended_ = true;
  if (name_ == nullptr) {
    name_ = "";
    result_.found = !leads_to_foreign_directory(start_);
    return result_.found;
  }
  if (current_ && current_->pending.count() != 0) {
    current_->path = path();
    above_.push_back(std::move(*current_));
  }
  current_.reset();
  for (; !above_.empty(); above_.pop_back()) {
    if (options_.stop.stop_requested()) {
      result_.stopped = true;
      return false;
    }
    name_ = above_.back().pending.take();
    if (name_ == nullptr) continue;
    --pending_;
    return true;
  }
  name_ = "";
  return false;
}

std::string Scan::path() const { return above_.empty() ? start_ : charts::join_path(above_.back().path, name_); }

base::Result<base::FileDescriptor> Scan::open_descriptor() {
  return above_.empty() ? root_.open_directory(start_) : root_.open_child(above_.back().descriptor.get(), name_);
}

Scan::Opening Scan::open() {
  auto opened = open_descriptor();
  if (opened) {
    current_.emplace().descriptor = std::move(*opened);
    failures_in_a_row_ = 0;
    has_failed_ = false;
    has_ended_ = false;
    return Opening::opened;
  }
  const base::Error& error = opened.error();
  if (means_gone(error)) {
    result_.found = result_.found && !above_.empty();
    return Opening::gone;
  }
  if (error.is(EXDEV)) {
    ++result_.mounts;
    return Opening::mount;
  }
  const std::string where = path();
  options_.failures.add(error.with_path(where), where);
  return Opening::failed;
}

// Every entry passes through the inline functions below. Each is called at one place only.

inline Scan::NameKind Scan::kind_of(std::string_view name) const {
  if (is_quarantine_name(name)) return NameKind::leftover;
  return options_.patterns.matches(name) ? NameKind::chart : NameKind::other;
}

void Scan::take_directory(ScanBatch& batch, std::string_view name) {
  batch.add_subdirectory();
  if (is_foreign_directory(name)) return;
  if (start_level_ + depth() == k_max_levels) {
    ++result_.too_deep;
    return;
  }
  current_->pending.add(name);
  ++pending_;
}

/// The chart exists, but its state is unknown.
void Scan::looking_failed(ScanBatch& batch, std::string_view name, int error) {
  ++failures_in_a_row_;
  has_failed_ = true;
  batch.add_other();
  const std::string where = path();
  options_.failures.add(base::errno_error(-error, "statx", charts::join_path(where, name)), where);
}

inline void Scan::look_closer(ScanBatch& batch, std::string_view name, NameKind kind) {
  const int error = root_.system().stat_at(current_->descriptor.get(), name.data(), file_);
  if (error == -ENOENT) return;
  if (error < 0) return looking_failed(batch, name, error);
  failures_in_a_row_ = 0;
  if (options_.headroom != nullptr) options_.headroom->note_look();
  if (S_ISDIR(file_.stx_mode)) return take_directory(batch, name);
  const bool is_mount = is_mount_point(file_);
  if (is_mount) ++result_.mounts;
  if (S_ISREG(file_.stx_mode) && !is_mount) {
    if (kind == NameKind::chart) {
      batch.add_chart(name, chart_state(file_, *root_.volume()));
      return;
    }
    if (kind == NameKind::leftover) batch.add_leftover(name);
  }
  batch.add_other();
}

inline void Scan::take(ScanBatch& batch, const Entry& entry) {
  if (entry.type == DT_DIR) return take_directory(batch, entry.name);
  // statx(2) on a foreign directory may fail, or trigger an automount.
  if (entry.type == DT_UNKNOWN && is_foreign_directory(entry.name)) return batch.add_subdirectory();
  if (entry.type == DT_REG || entry.type == DT_UNKNOWN) {
    const NameKind kind = kind_of(entry.name);
    // Some volumes do not report the type of an entry.
    if (kind == NameKind::chart || entry.type == DT_UNKNOWN) return look_closer(batch, entry.name, kind);
    if (kind == NameKind::leftover) batch.add_leftover(entry.name);
  }
  batch.add_other();
}

/// Ends the directory; `error_number` is 0 if it was read to its end.
void Scan::end(ScanBatch& batch, int error_number) {
  batch.end(has_failed_ || error_number != 0 ? ScanBatch::Ending::failed : ScanBatch::Ending::complete);
  // getdents64(2) answers ENOENT if the directory was removed while it was read.
  if (error_number == 0 || error_number == ENOENT) return;
  const std::string where = path();
  options_.failures.add(base::errno_error(error_number, "getdents64", where), where);
}

void Scan::read_entries(ScanBatch& batch) {
  while (batch.charts().size() < k_chunk_charts) {
    if (options_.stop.stop_requested()) {
      result_.stopped = true;
      return batch.end(ScanBatch::Ending::stopped);
    }
    const long length = root_.system().read_entries(current_->descriptor.get(), buffer_);
    options_.progress.step();
    if (length <= 0) return end(batch, static_cast<int>(-length));
    std::span<const std::byte> bytes(buffer_.data(), static_cast<std::size_t>(length));
    while (!bytes.empty()) {
      const Entry entry = take_entry(bytes);
      if (!entry.is_self_or_parent()) take(batch, entry);
      if (failures_in_a_row_ >= k_max_failures_in_a_row) return batch.end(ScanBatch::Ending::failed);
    }
  }
}

bool Scan::read(ScanBatch& batch) {
  batch.clear();
  if (has_ended_) return false;
  read_entries(batch);
  has_ended_ = batch.is_last();
  Progress::increase(options_.progress.charts_seen, batch.charts().size());
  return true;
}

}  // namespace reaper::volume
