#include "volume/directory_reader.hpp"

#include "volume/call_pool.hpp"
#include "volume/directory_entries.hpp"
#include "volume/file_state.hpp"
#include "volume/foreign_directory.hpp"
#include "volume/quarantine_name.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace reaper::volume {
namespace {

/// The number of entries that the pool looks at together. Each answer of statx(2) takes 256 bytes.
constexpr std::size_t k_entries_at_once = 64;

/// If there are fewer entries, look at one after another. Handing them to other threads costs more than it gains,
/// because those threads are reading other directories.
constexpr std::size_t k_least_at_once = 8;

/// Takes the next entries off the front of `entries`, at most k_entries_at_once.
std::span<const std::byte> take_group(std::span<const std::byte>& entries) {
  std::span<const std::byte> rest = entries;
  for (std::size_t i = 0; i < k_entries_at_once && !rest.empty(); ++i) static_cast<void>(take_entry(rest));
  const auto group = entries.first(entries.size() - rest.size());
  entries = rest;
  return group;
}

}  // namespace

void DirectoryReader::begin(base::FileDescriptor directory, Below below) {
  directory_ = std::move(directory);
  below_ = below;
  failures_in_a_row_ = 0;
  has_failed_ = false;
  has_ended_ = false;
}

void DirectoryReader::end() {
  has_ended_ = true;
  directory_.reset();
  looks_.clear();
  next_look_ = 0;
}

bool DirectoryReader::read(ScanBatch& batch, std::span<std::byte> buffer, Part part) {
  batch.clear();
  if (has_ended_) return false;
  read_entries(batch, buffer, part);
  has_ended_ = batch.is_last();
  return true;
}

void DirectoryReader::read_entries(ScanBatch& batch, std::span<std::byte> buffer, Part part) {
  for (; batch.charts().size() < part.charts && part.reads != 0; --part.reads) {
    if (in_.stop.stop_requested()) return batch.end(ScanBatch::Ending::stopped);
    const long length = in_.root->system().read_entries(directory_.get(), buffer);
    note_call();
    if (length <= 0) return end(batch, static_cast<int>(-length));
    const std::span<const std::byte> entries = buffer.first(static_cast<std::size_t>(length));
    if (in_.root->pool().is_wide()) take_in_groups(batch, entries);
    else take_all(batch, entries);
    if (batch.is_last()) return;
    if (failures_in_a_row_ >= k_max_failures_in_a_row) return batch.end(ScanBatch::Ending::failed);
  }
}

/// Takes the entries of a slow volume. A stop request does not wait for all of them.
void DirectoryReader::take_in_groups(ScanBatch& batch, std::span<const std::byte> entries) {
  while (!entries.empty() && failures_in_a_row_ < k_max_failures_in_a_row) {
    if (in_.stop.stop_requested()) return batch.end(ScanBatch::Ending::stopped);
    const auto group = take_group(entries);
    look_ahead(group);
    take_all(batch, group);
  }
}

void DirectoryReader::take_all(ScanBatch& batch, std::span<const std::byte> entries) {
  while (!entries.empty() && failures_in_a_row_ < k_max_failures_in_a_row) {
    const Entry entry = take_entry(entries);
    if (!entry.is_self_or_parent()) take(batch, entry);
  }
}

/// Looks at all entries that need it, several at once. take() uses the answers in the same order.
void DirectoryReader::look_ahead(std::span<const std::byte> entries) {
  std::vector<const char*> names;
  while (!entries.empty()) {
    const Entry entry = take_entry(entries);
    if (!entry.is_self_or_parent() && needs_look(entry)) names.push_back(entry.name.data());
  }
  looks_.clear();
  next_look_ = 0;
  if (names.size() < k_least_at_once) return;
  looks_.resize(names.size());
  found_.looked_at_once = true;
  in_.root->pool().run_all(names.size(), [&](std::size_t i) {
    looks_[i].error = in_.root->system().stat_at(directory_.get(), names[i], looks_[i].file);
  });
  note_call();
}

/// Ends the directory; `error_number` is 0 if it was read to its end.
void DirectoryReader::end(ScanBatch& batch, int error_number) {
  batch.end(has_failed_ || error_number != 0 ? ScanBatch::Ending::failed : ScanBatch::Ending::complete);
  // getdents64(2) answers ENOENT if the directory was removed while it was read.
  if (error_number == 0 || error_number == ENOENT) return;
  found_.failures.add(base::errno_error(error_number, "getdents64"), "");
}

// Every entry passes through the inline functions below.

inline DirectoryReader::NameKind DirectoryReader::kind_of(std::string_view name) const {
  if (is_quarantine_name(name)) return NameKind::leftover;
  return in_.patterns->matches(name) ? NameKind::chart : NameKind::other;
}

/// Returns true if take() needs statx(2): for a chart, and where the volume does not report the type of an entry.
inline bool DirectoryReader::needs_look(const Entry& entry) const {
  if (entry.type == DT_UNKNOWN) return !is_foreign_directory(entry.name);
  return entry.type == DT_REG && kind_of(entry.name) == NameKind::chart;
}

inline const DirectoryReader::Look& DirectoryReader::look_at(const char* name) {
  ++found_.looks;
  if (in_.headroom != nullptr) in_.headroom->note_look();
  if (next_look_ != looks_.size()) return looks_[next_look_++];
  CallPool::note_call();
  look_.error = in_.root->system().stat_at(directory_.get(), name, look_.file);
  return look_;
}

inline void DirectoryReader::note_call() {
  if (in_.progress != nullptr) in_.progress->step();
  CallPool::note_call();
}

void DirectoryReader::take_directory(ScanBatch& batch, std::string_view name) {
  batch.add_subdirectory();
  if (is_foreign_directory(name)) return;
  if (below_ == Below::too_deep) ++found_.too_deep;
  else found_.subdirectories.add(name);
}

/// The chart exists, but its state is unknown.
void DirectoryReader::look_failed(ScanBatch& batch, std::string_view name, int error) {
  ++failures_in_a_row_;
  has_failed_ = true;
  batch.add_other();
  found_.failures.add(base::errno_error(-error, "statx", name), "");
}

inline void DirectoryReader::look_closer(ScanBatch& batch, std::string_view name, NameKind kind) {
  const auto& [error, file] = look_at(name.data());
  if (error == -ENOENT) return;
  if (error < 0) return look_failed(batch, name, error);
  failures_in_a_row_ = 0;
  if (S_ISDIR(file.stx_mode)) return take_directory(batch, name);
  const bool is_mount = is_mount_point(file);
  if (is_mount) ++found_.mounts;
  if (S_ISREG(file.stx_mode) && !is_mount) {
    if (kind == NameKind::chart) {
      batch.add_chart(name, chart_state(file, *in_.root->volume()));
      return;
    }
    if (kind == NameKind::leftover) batch.add_leftover(name);
  }
  batch.add_other();
}

inline void DirectoryReader::take(ScanBatch& batch, const Entry& entry) {
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

}  // namespace reaper::volume
