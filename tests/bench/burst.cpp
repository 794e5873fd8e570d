#include "burst.hpp"

#include "base/file_descriptor.hpp"
#include "failed.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;
using reaper::base::FileDescriptor;

constexpr std::size_t k_chart_bytes = 600 * 1024;  // whole blocks, so that size and usage match
/// A run that hardly reaches the limit says nothing about keeping it. A slow disk gets more time to reach it.
constexpr unsigned k_least_limits_written = 3;
constexpr double k_patience = 6;

constexpr unsigned k_sets = 50;
constexpr unsigned k_charts_in_set = 4;

std::uint64_t used_bytes(const std::string& root) {
  struct statfs volume {};
  if (::statfs(root.c_str(), &volume) != 0) throw failed("statfs " + root);
  return (volume.f_blocks - volume.f_bfree) * static_cast<std::uint64_t>(volume.f_bsize);
}

std::string set_path(const std::string& root, unsigned set) { return root + "/BURST" + std::to_string(set) + "_1day"; }

void write_chart(const std::string& path, const std::vector<char>& content, bool synced) {
  const FileDescriptor chart(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644));
  if (!chart) throw failed("open " + path);
  for (std::size_t written = 0; written < content.size();) {
    const ssize_t piece = ::write(chart.get(), content.data() + written, content.size() - written);
    if (piece < 0) throw failed("write " + path);
    written += static_cast<std::size_t>(piece);
  }
  if (synced && ::fdatasync(chart.get()) != 0) throw failed("fdatasync " + path);
}

}  // namespace

void write_burst(const Burst& burst) {
  for (unsigned set = 0; set < k_sets; ++set)
    if (::mkdir(set_path(burst.root, set).c_str(), 0755) != 0 && errno != EEXIST) throw failed("mkdir");
  const std::vector<char> content(k_chart_bytes, 'x');
  const std::uint64_t before = used_bytes(burst.root);
  std::uint64_t highest = 0;
  std::uint64_t charts = 0;
  const auto began = Clock::now();
  const auto passed = [began] { return std::chrono::duration<double>(Clock::now() - began).count(); };
  const auto enough = [&] {
    if (highest >= burst.limit + burst.max_bytes || passed() > k_patience * burst.seconds) return true;
    return passed() > burst.seconds && charts * k_chart_bytes > k_least_limits_written * burst.limit;
  };
  while (!enough()) {
    const unsigned set = static_cast<unsigned>(charts / k_charts_in_set % k_sets);
    write_chart(set_path(burst.root, set) + "/" + std::to_string(charts) + ".png", content, burst.synced);
    ++charts;
    // The cleaner may also remove charts from before the burst.
    highest = std::max(highest, std::max(used_bytes(burst.root), before) - before);
  }
  std::printf(R"({"charts": %llu, "chart_bytes": %zu, "highest_bytes": %llu, "seconds": %.3f, "gave_up": %s})"
              "\n",
              static_cast<unsigned long long>(charts), k_chart_bytes, static_cast<unsigned long long>(highest),
              passed(), highest < burst.limit + burst.max_bytes ? "false" : "true");
}

}  // namespace bench
