#include "charts/chart.hpp"

#include <utility>

namespace reaper::charts {
namespace {

/// The last step of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators); mixes well.
std::uint64_t mixed(std::uint64_t hash) {
  hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9U;
  hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebU;
  return hash ^ (hash >> 31U);
}

}  // namespace

bool Fingerprint::same_content_as(const Fingerprint& other) const noexcept {
  return inode == other.inode && device == other.device && size_bytes == other.size_bytes &&
         modified_ns == other.modified_ns;
}

std::uint32_t Fingerprint::digest() const noexcept {
  // Each value is multiplied by an odd number of its own; the processor can do all four at the same time.
  const std::uint64_t sum = inode * 0x9e3779b97f4a7c15U + device * std::uint64_t{0xd6e8feb86659fd93U} +
                            size_bytes * 0xa0761d6478bd642fU +
                            static_cast<std::uint64_t>(changed_ns) * 0xe7037ed1a0b428dbU;
  return static_cast<std::uint32_t>(mixed(sum) >> 32U);
}

std::string ChartSnapshot::path() const { return join_path(directory, name); }

ChartSnapshot snapshot_of(std::string directory, std::string name, const ChartState& state) {
  return {.directory = std::move(directory),
          .name = std::move(name),
          .counted_bytes = state.counted_bytes,
          .allocated_bytes = state.allocated_bytes,
          .modified_ns = state.fingerprint.modified_ns,
          .digest = state.fingerprint.digest(),
          .linked = state.linked};
}

bool removed_before(const ChartSnapshot& left, const ChartSnapshot& right) {
  if (left.modified_ns != right.modified_ns) return left.modified_ns < right.modified_ns;
  return compare_paths({left.directory, left.name}, {right.directory, right.name}) < 0;
}

std::strong_ordering compare_paths(const PathParts& left, const PathParts& right) {
  const auto at = [](const PathParts& path, std::size_t i) -> int {
    const std::size_t prefix = path.directory.empty() ? 0 : path.directory.size() + 1;
    if (i < path.directory.size()) return static_cast<unsigned char>(path.directory[i]);
    if (i < prefix) return '/';
    return i - prefix < path.name.size() ? static_cast<unsigned char>(path.name[i - prefix]) : -1;
  };
  for (std::size_t i = 0;; ++i) {
    const int one = at(left, i);
    const int other = at(right, i);
    if (one != other || one < 0) return one <=> other;
  }
}

std::string join_path(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  std::string path(directory);
  path += '/';
  path += name;
  return path;
}

}  // namespace reaper::charts
