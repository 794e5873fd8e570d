#include "base/glob.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace reaper::base {

GlobList::GlobList(std::vector<std::string> globs) : globs_(std::move(globs)) {}

bool GlobList::matches(const char* name) const {
  return std::any_of(globs_.begin(), globs_.end(),
                     [name](const std::string& glob) { return fnmatch(glob.c_str(), name, 0) == 0; });
}

}  // namespace reaper::base
