// The directories of the catalog.

#include "charts/catalog.hpp"

#include "base/path_text.hpp"

#include <cassert>
#include <utility>

namespace reaper::charts {

DirectoryIndex Catalog::put_directory(DirectoryIndex parent, std::string_view name) {
  if (const auto known = directory_index_.find(DirectoryKey{parent, name}); known != directory_index_.end())
    return *known;
  return add_directory(parent, name).first;
}

std::pair<DirectoryIndex, bool> Catalog::add_directory(DirectoryIndex parent, std::string_view name) {
  Directory directory;
  directory.known_ = true;
  directory.parent_ = parent;
  directory.level_ = static_cast<std::uint8_t>(directories_[parent].level_ + 1);
  directory.name_ = names_.store_unique(name);
  directory.round_ = round_;
  DirectoryIndex index = 0;
  if (free_directories_.empty()) {
    index = static_cast<DirectoryIndex>(directories_.size());
    directories_.push_back(directory);
  } else {
    index = free_directories_.back();
    free_directories_.pop_back();
    directories_[index] = directory;
  }
  assert(index != k_root && index != k_no_directory);
  if (const auto [known, is_new] = directory_index_.insert(index); !is_new) {
    names_.release(directory.name_);
    directories_[index].known_ = false;
    free_directories_.push_back(index);
    return {*known, false};
  }
  ++directories_[parent].children_;
  ++directory_count_;
  return {index, true};
}

void Catalog::expect_directories(std::size_t count) {
  // reserve() would also shrink a larger table.
  if (count > directory_index_.max_load()) directory_index_.reserve(count);
}

DirectoryIndex Catalog::find_directory(DirectoryIndex parent, std::string_view name) const {
  const auto known = directory_index_.find(DirectoryKey{parent, name});
  return known == directory_index_.end() ? k_no_directory : *known;
}

DirectoryIndex Catalog::find_directory(std::string_view path) const {
  DirectoryIndex index = k_root;
  while (!path.empty() && index != k_no_directory) index = find_directory(index, base::take_first_step(path));
  return index;
}

DirectoryIndex Catalog::put_directory(std::string_view path) {
  DirectoryIndex index = k_root;
  while (!path.empty()) index = put_directory(index, base::take_first_step(path));
  return index;
}

void Catalog::forget_directory(DirectoryIndex top, const std::function<void(DirectoryIndex)>& on_forget) {
  std::vector<DirectoryIndex> forgotten{top};
  // Only few directories have subdirectories. For those, search all directories.
  if (directories_[top].children_ != 0) {
    std::vector<bool> below(directories_.size(), false);
    below[top] = true;
    // A directory may have a lower position than its parent, so repeat until a round finds none.
    for (bool found = true; found;) {
      found = false;
      for (DirectoryIndex i = 0; i < directories_.size(); ++i) {
        const Directory& directory = directories_[i];
        if (!directory.known_ || below[i] || i == k_root || !below[directory.parent_]) continue;
        below[i] = true;
        found = true;
        forgotten.push_back(i);
      }
    }
  }
  if (on_forget) std::for_each(forgotten.begin(), forgotten.end(), on_forget);
  // Forget the deepest first: each lowers the child count of its parent, which must still exist.
  std::for_each(forgotten.rbegin(), forgotten.rend(), [this](DirectoryIndex index) { forget_one_directory(index); });
}

void Catalog::forget_one_directory(DirectoryIndex index) {
  Directory& directory = directories_[index];
  if (reading_.directory == index) reading_ = {};
  std::vector<ChartIndex> charts;
  for_each_chart(index, [&](ChartIndex chart) { charts.push_back(chart); });
  for (const ChartIndex chart : charts) forget(chart);
  drop_dead(index);
  set_complete(directory, true);
  if (index == k_root) {
    assert(directory.charts_ == 0 && directory.children_ == 0);
    const NameId name = directory.name_;
    directory = Directory{};
    directory.known_ = true;
    directory.name_ = name;
    return;
  }
  directory_index_.erase(index);
  names_.release(directory.name_);
  --directories_[directory.parent_].children_;
  directory.known_ = false;
  free_directories_.push_back(index);
  --directory_count_;
}

std::string Catalog::path(DirectoryIndex index) const {
  if (index == k_root) return {};
  const Directory& directory = directories_[index];
  if (directory.parent_ == k_root) return std::string(name(directory));
  return join_path(path(directory.parent_), name(directory));
}

void Catalog::remove_other(DirectoryIndex index) {
  std::uint32_t& others = directories_[index].others_;
  others -= others > 0 ? 1 : 0;
}

void Catalog::set_complete(Directory& directory, bool complete) {
  unreadable_count_ -= directory.is_unreadable() ? 1U : 0U;
  directory.complete_ = complete;
  directory.mount_ = false;
  unreadable_count_ += directory.is_unreadable() ? 1U : 0U;
}

void Catalog::mark_mount(DirectoryIndex index) {
  Directory& directory = directories_[index];
  set_complete(directory, true);
  directory.complete_ = false;
  directory.mount_ = true;
}

void Catalog::for_each_directory(const std::function<void(DirectoryIndex)>& visit) const {
  for (DirectoryIndex i = 0; i < directories_.size(); ++i)
    if (directories_[i].known_) visit(i);
}

}  // namespace reaper::charts
