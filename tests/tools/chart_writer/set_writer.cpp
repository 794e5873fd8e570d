#include "set_writer.hpp"

#include "base/file_descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace chart_writer {
namespace {

using namespace std::chrono_literals;
using reaper::base::FileDescriptor;

/// Number of pictures drawn for each kind of chart. Drawing takes about 20 ms, and writing must be faster.
constexpr std::uint64_t k_pictures = 4;

/// The service writes through a buffer, so other programs can see a chart grow in steps.
constexpr std::size_t k_chunk = 65536;

/// A cleaner may hide a chart for milliseconds, or for more than a second without leases. Only a chart that stays
/// missing is lost.
constexpr auto k_patience = 3s;

int write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), std::min(content.size(), k_chunk));
    if (count < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

bool holds(const std::filesystem::path& path, const std::string& content) {
  std::ifstream file(path, std::ios::binary);
  return file && std::string(std::istreambuf_iterator<char>(file), {}) == content;
}

/// Waits for a change in the watched directory, but only briefly: changes through other mounts cause no event.
void wait_for_change(const FileDescriptor& watcher) {
  pollfd readable{.fd = watcher.get(), .events = POLLIN, .revents = 0};
  std::array<char, 4096> events;
  if (::poll(&readable, 1, 100) <= 0) return;
  // The caller checks the file again, so the kind of event does not matter.
  [[maybe_unused]] const ssize_t count = ::read(watcher.get(), events.data(), events.size());
}

bool holds_in_the_end(const std::filesystem::path& path, const std::string& content) {
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  if (holds(path, content)) return true;
  const FileDescriptor watcher(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  ::inotify_add_watch(watcher.get(), path.parent_path().c_str(), IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE);
  while (!holds(path, content)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    wait_for_change(watcher);
  }
  return true;
}

}  // namespace

SetWriter::SetWriter(Options options) : options_(std::move(options)) {
  std::uint64_t seed = options_.seed;
  for (const ChartKind kind : k_chart_kinds) {
    std::vector<std::string>& pictures = pictures_.emplace_back();
    for (std::uint64_t i = 0; i < k_pictures; ++i) pictures.push_back(draw_chart(kind, ++seed));
  }
}

void SetWriter::write_set(const std::string& set) {
  ++analyses_;
  for (std::size_t kind = 0; kind < k_chart_kinds.size(); ++kind) {
    const std::string& picture = pictures_[kind][analyses_ % k_pictures];
    const std::string title = fmt::format("{}, analysis {}", set, analyses_);
    write_chart(options_.root / set / file_name(k_chart_kinds[kind]), with_title(picture, title));
  }
}

void SetWriter::write_chart(const std::filesystem::path& path, const std::string& content) {
  int error = try_write(path, content);
  if (error == ENOENT) {
    ++totals_.retried_writes;
    error = try_write(path, content);
  }
  if (error != 0) {
    ++totals_.failed_writes;
    return;
  }
  ++totals_.charts_written;
  totals_.bytes_written += content.size();
  if (options_.verify == Verify::yes && !holds_in_the_end(path, content)) ++totals_.lost_charts;
}

int SetWriter::try_write(const std::filesystem::path& path, const std::string& content) const {
  std::error_code directory_error;
  std::filesystem::create_directories(path.parent_path(), directory_error);
  if (directory_error) return directory_error.value();

  std::filesystem::path target = path;
  if (options_.mode == WriteMode::rename) target.replace_filename(fmt::format(".{}.tmp", path.filename().string()));
  const FileDescriptor file(open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) return errno;
  if (const int error = write_all(file.get(), content); error != 0) return error;
  if (options_.mode == WriteMode::rename && std::rename(target.c_str(), path.c_str()) != 0) return errno;
  return 0;
}

}  // namespace chart_writer
