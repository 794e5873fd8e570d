#include "live/unreadable_directories.hpp"

#include "base/printable.hpp"

#include <fmt/format.h>

namespace reaper::live {

using charts::DirectoryIndex;

const std::string& UnreadableDirectories::example() {
  if (!example_.empty() && is_still_unreadable()) return example_;
  example_.clear();
  if (catalog_->unreadable_count() == 0) return example_;
  DirectoryIndex found = charts::k_no_directory;
  catalog_->for_each_directory([&](DirectoryIndex index) {
    if (found == charts::k_no_directory && catalog_->directory(index).is_unreadable()) found = index;
  });
  if (found == charts::k_no_directory) return example_;
  path_ = catalog_->path(found);
  example_ = reason(path_);
  return example_;
}

std::string UnreadableDirectories::reason(const std::string& path) const {
  const auto opened = root_->open_directory(path);
  // The directory can be opened. So reading it failed, or its rights have just changed.
  if (opened) return fmt::format("'{}' could not be read to its end", base::printable(path));
  return opened.error().message();
}

bool UnreadableDirectories::is_still_unreadable() const {
  const DirectoryIndex known = catalog_->find_directory(path_);
  return known != charts::k_no_directory && catalog_->directory(known).is_unreadable();
}

}  // namespace reaper::live
