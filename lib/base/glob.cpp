#include "base/glob.hpp"

#include <fnmatch.h>

namespace reaper::base {

GlobList::GlobList(std::vector<std::string> globs) : globs_(std::move(globs)) {
  for (const std::string& glob : globs_) {
    const bool is_suffix = glob.starts_with('*') && glob.find_first_of("*?[\\", 1) == std::string::npos;
    suffixes_.push_back(is_suffix ? glob.substr(1) : "");
  }
}

bool GlobList::matches(std::string_view name) const {
  for (std::size_t i = 0; i < globs_.size(); ++i) {
    // Compare suffixes directly: nearly every glob has this form, and nearly every file is a chart.
    if (!suffixes_[i].empty() ? name.ends_with(suffixes_[i]) : fnmatch(globs_[i].c_str(), name.data(), 0) == 0)
      return true;
  }
  return false;
}

}  // namespace reaper::base
