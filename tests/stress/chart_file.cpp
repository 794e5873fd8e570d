#include "chart_file.hpp"

#include "base/file_descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace stress {
namespace {

using reaper::base::FileDescriptor;

constexpr std::array k_names{"technical_overview.png", "pattern_analysis.png", "volume_analysis.png",
                             "mtf_comparison.png"};

/// September 2001, which is before any chart.
constexpr timespec k_old_time{1'000'000'000, 0};

/// Writable by the group, for a cleaner that runs as another user of the group.
constexpr mode_t k_chart_mode = 0664;

FileDescriptor open_timed(int root, const std::string& path, int flags, Latency& opens) {
  const auto before = std::chrono::steady_clock::now();
  FileDescriptor file(::openat(root, path.c_str(), flags | O_CREAT | O_CLOEXEC, k_chart_mode));
  const int error = errno;
  opens.add(std::chrono::steady_clock::now() - before);
  errno = error;
  return file;
}

int write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(file, content.data(), content.size());
    if (count < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

int write_in_place(int root, const std::string& path, const std::string& content, Latency& opens) {
  const FileDescriptor file = open_timed(root, path, O_WRONLY | O_TRUNC, opens);
  if (!file) return errno;
  return write_all(file.get(), content);
}

int write_by_rename(int root, const std::string& path, const std::string& content, Latency& opens) {
  const std::string temporary = path + ".tmp";
  int error = 0;
  {
    const FileDescriptor file = open_timed(root, temporary, O_WRONLY | O_TRUNC, opens);
    if (!file) return errno;
    error = write_all(file.get(), content);
  }
  if (error == 0 && ::renameat(root, temporary.c_str(), root, path.c_str()) < 0) error = errno;
  if (error != 0) ::unlinkat(root, temporary.c_str(), 0);
  return error;
}

int write_by_ftruncate(int root, const std::string& path, const std::string& content, Latency& opens) {
  const FileDescriptor file = open_timed(root, path, O_WRONLY, opens);
  if (!file) return errno;
  if (::ftruncate(file.get(), 0) < 0) return errno;
  return write_all(file.get(), content);
}

int write_by_mmap(int root, const std::string& path, const std::string& content, Latency& opens, bool close_first) {
  FileDescriptor file = open_timed(root, path, O_RDWR, opens);
  if (!file) return errno;
  if (::ftruncate(file.get(), static_cast<off_t>(content.size())) < 0) return errno;
  // On a full volume a store to the mapping would raise SIGBUS, so allocate the blocks first.
  if (const int error = ::posix_fallocate(file.get(), 0, static_cast<off_t>(content.size())); error != 0) return error;
  void* const memory = ::mmap(nullptr, content.size(), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) return errno;
  if (close_first) file.reset();
  std::memcpy(memory, content.data(), content.size());
  return ::munmap(memory, content.size()) < 0 ? errno : 0;
}

}  // namespace

std::string set_name(std::uint32_t chart) { return fmt::format("S{:05}_1day", chart / k_names.size()); }

std::string chart_path(std::uint32_t chart, Names names) {
  const std::string name = k_names[chart % k_names.size()];
  const std::string padding(names == Names::longest ? NAME_MAX - name.size() : 0, 'x');
  return fmt::format("{}/{}{}", set_name(chart), padding, name);
}

std::string chart_content(std::uint32_t chart, std::uint64_t version, std::size_t bytes) {
  std::string content = fmt::format("chart {} version {} ", chart, version);
  content.resize(bytes, static_cast<char>('a' + version % 26));
  return content;
}

int write_chart(int root, const std::string& path, Style style, const std::string& content, Latency& opens) {
  switch (style) {
    case Style::in_place: return write_in_place(root, path, content, opens);
    case Style::rename: return write_by_rename(root, path, content, opens);
    case Style::ftruncate: return write_by_ftruncate(root, path, content, opens);
    case Style::mmap: return write_by_mmap(root, path, content, opens, false);
    case Style::mmap_closed: return write_by_mmap(root, path, content, opens, true);
  }
  return EINVAL;
}

int make_old_chart(int root, const std::string& path, const std::string& content) {
  const FileDescriptor file(::openat(root, path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, k_chart_mode));
  if (!file) return errno;
  if (const int error = write_all(file.get(), content); error != 0) return error;
  const std::array times{k_old_time, k_old_time};
  return ::futimens(file.get(), times.data()) < 0 ? errno : 0;
}

int age_chart(int root, const std::string& path) {
  const std::array times{k_old_time, k_old_time};
  return ::utimensat(root, path.c_str(), times.data(), 0) < 0 ? errno : 0;
}

Found look_at_chart(int root, const std::string& path, const std::string& content) {
  const FileDescriptor file(::openat(root, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Found::missing;
  std::string found(content.size() + 1, '\0');
  const ssize_t count = ::read(file.get(), found.data(), found.size());
  if (count < 0) return Found::other;
  found.resize(static_cast<std::size_t>(count));
  return found == content ? Found::current : Found::other;
}

}  // namespace stress
