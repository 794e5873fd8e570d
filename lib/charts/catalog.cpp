#include "charts/catalog.hpp"

namespace reaper::charts {
namespace {

/// Compares a/b with c/d as if each were one string, without making the strings.
std::strong_ordering compare_paths(std::string_view left_directory, std::string_view left_name,
                                   std::string_view right_directory, std::string_view right_name) {
  const auto at = [](std::string_view directory, std::string_view name, std::size_t i) -> int {
    const std::size_t prefix = directory.empty() ? 0 : directory.size() + 1;
    if (i < directory.size()) return static_cast<unsigned char>(directory[i]);
    if (i < prefix) return '/';
    return i - prefix < name.size() ? static_cast<unsigned char>(name[i - prefix]) : -1;
  };
  for (std::size_t i = 0;; ++i) {
    const int left = at(left_directory, left_name, i);
    const int right = at(right_directory, right_name, i);
    if (left != right || left < 0) return left <=> right;
  }
}

}  // namespace

bool Fingerprint::same_content_as(const Fingerprint& other) const noexcept {
  return inode == other.inode && device == other.device && size_bytes == other.size_bytes &&
         modified_ns == other.modified_ns;
}

DirectoryIndex Catalog::add_directory(std::string path) {
  directories_.push_back(Directory{std::move(path)});
  return static_cast<DirectoryIndex>(directories_.size() - 1);
}

ChartIndex Catalog::add_chart(Chart chart, std::string_view name) {
  auto known = name_ids_.find(name);
  if (known == name_ids_.end()) {
    names_.emplace_back(name);
    known = name_ids_.emplace(names_.back(), static_cast<std::uint32_t>(names_.size() - 1)).first;
  }
  chart.name = known->second;
  total_bytes_ += chart.counted_bytes;
  directories_[chart.directory].charts += 1;
  charts_.push_back(chart);
  return static_cast<ChartIndex>(charts_.size() - 1);
}

std::string Catalog::path(const Chart& chart) const { return join_path(directory(chart.directory).path, name(chart)); }

bool Catalog::removed_before(const Chart& left, const Chart& right) const {
  if (left.modified_ns != right.modified_ns) return left.modified_ns < right.modified_ns;
  return compare_paths(directory(left.directory).path, name(left), directory(right.directory).path, name(right)) < 0;
}

std::string join_path(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  std::string path(directory);
  path += '/';
  path += name;
  return path;
}

}  // namespace reaper::charts
