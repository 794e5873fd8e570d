#include "tree.hpp"

#include "base/file_descriptor.hpp"
#include "failed.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>

namespace bench {
namespace {

using reaper::base::FileDescriptor;

constexpr off_t k_sparse_bytes = 512 * 1024;
constexpr time_t k_hour = 3600;

/// As long as the names of real symbols and intervals.
std::string set_name(std::uint64_t set) { return "SYMBOL" + std::to_string(set) + "_1day"; }

std::string chart_name(std::uint64_t number) {
  static constexpr std::array k_names{"technical_overview", "pattern_analysis", "volume_analysis", "mtf_comparison"};
  std::string name = k_names[number % k_names.size()];
  if (number >= k_names.size()) name += std::to_string(number / k_names.size());
  return name + ".png";
}

/// Returns the time of a chart. Charts of a set follow each other; sets have scattered times, like analyses. With equal
/// times every comparison of ages would compare paths.
timespec time_of(std::uint64_t set, std::uint64_t number, time_t newest) {
  constexpr std::uint64_t k_spread_seconds = 20 * k_hour;
  constexpr std::uint64_t k_scatter = 2'654'435'761;  // Knuth's multiplier: scatters numbers, always in the same way
  const auto seconds_before = static_cast<time_t>(set * k_scatter % k_spread_seconds);
  return {newest - seconds_before, static_cast<long>((set * k_scatter + number * 50'000'000) % 1'000'000'000)};
}

void make_chart(int directory, const std::string& name, const timespec& modified) {
  const FileDescriptor chart(::openat(directory, name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
  if (!chart) {
    if (errno == EEXIST) return;
    throw failed("openat " + name);
  }
  const std::array<timespec, 2> times{modified, modified};
  if (::ftruncate(chart.get(), k_sparse_bytes) != 0 || ::futimens(chart.get(), times.data()) != 0)
    throw failed("make " + name);
}

}  // namespace

void make_tree(const Tree& tree) {
  const time_t now = ::time(nullptr);
  const std::uint64_t charts_in_set = (tree.charts + tree.sets - 1) / tree.sets;
  std::uint64_t made = 0;
  for (std::uint64_t set = 0; set < tree.sets; ++set) {
    const std::string path = tree.root + "/" + set_name(set);
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) throw failed("mkdir " + path);
    const FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) throw failed("open " + path);
    for (std::uint64_t number = 0; number < charts_in_set && made < tree.charts; ++number, ++made)
      make_chart(directory.get(), chart_name(number),
                 time_of(set, number, now - (made < tree.expired ? 48 : 1) * k_hour));
  }
}

}  // namespace bench
