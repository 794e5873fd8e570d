#include "base/memory_limit.hpp"

#include "base/list_word.hpp"
#include "base/path_text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

namespace reaper::base {
namespace {

/// Version 1 reports "no limit" as the largest multiple of a page. No machine has this much memory.
constexpr std::uint64_t k_no_limit = std::uint64_t{1} << 60U;

/// The needed parts of a line in /proc/self/mountinfo.
struct Mount {
  std::string root;  ///< the mounted directory of the file system
  std::string place;
  std::string type;
  std::string options;  ///< of the file system
};

std::vector<Mount> mounts_of(const std::string& file) {
  std::vector<Mount> mounts;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    Mount mount;
    std::string word;
    words >> word >> word >> word >> mount.root >> mount.place;
    while (words >> word && word != "-") {
    }
    if (words >> mount.type >> word >> mount.options) mounts.push_back(std::move(mount));
  }
  return mounts;
}

/// Returns the group's path below the mount. Returns the mount itself if the path belongs to another namespace
/// (cgroup_namespaces(7)).
std::string path_below(const Mount& mount, const std::string& group) {
  if (mount.root == "/") return group == "/" || group.starts_with("/..") ? "" : group;
  const bool is_below =
      group.starts_with(mount.root) && (group.size() == mount.root.size() || group[mount.root.size()] == '/');
  return is_below ? group.substr(mount.root.size()) : "";
}

FileDescriptor open_file(const std::string& path) { return FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); }

/// Returns the limit in a file; nothing if the file sets none.
std::optional<std::uint64_t> limit_in(const FileDescriptor& file) {
  const auto limit = read_number(file);
  return limit && *limit < k_no_limit ? limit : std::nullopt;
}

}  // namespace

MemoryLimit::MemoryLimit(const std::string& process_directory) {
  const std::vector<Mount> mounts = mounts_of(process_directory + "/mountinfo");
  std::ifstream lines(process_directory + "/cgroup");
  for (std::string line; std::getline(lines, line);) {
    // `hierarchy:controllers:path`; version 2 has no controllers here.
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first == std::string::npos ? first : first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool is_unified = controllers.empty();
    if (!is_unified && !has_list_word(controllers, "memory")) continue;
    const auto mount = std::find_if(mounts.begin(), mounts.end(), [&](const Mount& one) {
      return is_unified ? one.type == "cgroup2" : one.type == "cgroup" && has_list_word(one.options, "memory");
    });
    if (mount == mounts.end()) continue;
    open_upwards(mount->place, path_below(*mount, line.substr(second + 1)), is_unified, groups_);
  }
}

/// Opens the files of the group's directory and of all its ancestors up to the mount.
void MemoryLimit::open_upwards(const std::string& mount, std::string below, bool is_unified,
                               std::vector<Group>& groups) {
  for (;;) {
    const std::string directory = mount + below;
    Group group{open_file(directory + (is_unified ? "/memory.max" : "/memory.limit_in_bytes")),
                open_file(directory + (is_unified ? "/memory.current" : "/memory.usage_in_bytes"))};
    if (group.limit) groups.push_back(std::move(group));
    if (below.empty()) return;
    below.resize(split_path(below).directory.size());
  }
}

std::optional<std::uint64_t> MemoryLimit::bytes() const {
  std::optional<std::uint64_t> smallest;
  for (const Group& group : groups_)
    if (const auto limit = limit_in(group.limit)) smallest = std::min(smallest.value_or(*limit), *limit);
  return smallest;
}

std::optional<std::uint64_t> MemoryLimit::free_bytes() const {
  std::optional<std::uint64_t> smallest;
  for (const Group& group : groups_) {
    const auto limit = limit_in(group.limit);
    if (!limit) continue;
    // A group whose usage cannot be read counts as full.
    const std::uint64_t free = *limit - std::min(*limit, read_number(group.usage).value_or(*limit));
    smallest = std::min(smallest.value_or(free), free);
  }
  return smallest;
}

std::optional<std::uint64_t> read_number(const FileDescriptor& file) {
  std::array<char, 32> text{};
  const ssize_t length = ::pread(file.get(), text.data(), text.size(), 0);
  if (length <= 0) return {};
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + length, number);
  if (error != std::errc{} || end == text.data()) return {};
  return number;
}

}  // namespace reaper::base
