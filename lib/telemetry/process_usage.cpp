#include "telemetry/process_usage.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cmath>

namespace reaper::telemetry {
namespace {

using std::chrono::nanoseconds;

/// Positions of the values in proc(5). The first two values come before the last parenthesis.
constexpr int k_start_time = 22;
constexpr int k_virtual_size = 23;
constexpr int k_resident_size = 24;

std::chrono::duration<double> seconds(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

/// Converts ticks since boot to wall-clock time.
base::FileTime wall_time(std::uint64_t ticks, const base::Clock& clock) {
  const double since_boot = static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return clock.now() - clock.since_boot() + nanoseconds(std::llround(since_boot * 1e9));
}

std::optional<std::uint64_t> descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
  return limit.rlim_cur;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view line) {
  const std::size_t end_of_name = line.rfind(')');
  if (end_of_name == std::string_view::npos) return {};
  ProcessStat stat;
  line.remove_prefix(end_of_name + 1);
  for (int number = 3; number <= k_resident_size; ++number) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const std::string_view value = line.substr(0, line.find_first_of(" \n"));
    line.remove_prefix(value.size());
    std::uint64_t* const wanted = number == k_start_time      ? &stat.start_ticks
                                  : number == k_virtual_size  ? &stat.virtual_bytes
                                  : number == k_resident_size ? &stat.resident_pages
                                                              : nullptr;
    if (wanted == nullptr) continue;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *wanted);
    if (error != std::errc{} || end != value.data() + value.size()) return {};
  }
  return stat;
}

ProcessObserver::ProcessObserver(const base::Clock& clock)
    : stat_(::open("/proc/self/stat", O_RDONLY | O_CLOEXEC)), descriptors_(::opendir("/proc/self/fd")) {
  if (const auto stat = this->stat()) started_ = wall_time(stat->start_ticks, clock);
}

ProcessUsage ProcessObserver::read() const {
  ProcessUsage usage;
  rusage spent{};
  if (::getrusage(RUSAGE_SELF, &spent) == 0) usage.cpu = seconds(spent.ru_utime) + seconds(spent.ru_stime);
  if (const auto stat = this->stat()) {
    usage.virtual_bytes = stat->virtual_bytes;
    usage.resident_bytes = stat->resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  usage.open_descriptors = count_descriptors();
  usage.max_descriptors = descriptor_limit();
  usage.started = started_;
  return usage;
}

void ProcessObserver::CloseDirectory::operator()(DIR* directory) const noexcept { ::closedir(directory); }

std::optional<ProcessStat> ProcessObserver::stat() const {
  std::array<char, 1024> text{};
  const ssize_t length = ::pread(stat_.get(), text.data(), text.size(), 0);
  if (length <= 0) return {};
  return parse_process_stat({text.data(), static_cast<std::size_t>(length)});
}

std::optional<std::uint64_t> ProcessObserver::count_descriptors() const {
  if (!descriptors_) return {};
  ::rewinddir(descriptors_.get());
  std::uint64_t entries = 0;
  while (::readdir(descriptors_.get()) != nullptr) ++entries;
  // Do not count `.` and `..`.
  return entries < 2 ? std::nullopt : std::optional(entries - 2);
}

}  // namespace reaper::telemetry
