#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reaper::base {

/// A list of shell wildcards as in fnmatch(3), e.g. `*.png`. A name matches the list if it matches one of them.
class GlobList {
 public:
  explicit GlobList(std::vector<std::string> globs);

  /// Returns true if one of the globs matches the whole name. A NUL must follow the name, as in a directory entry.
  [[nodiscard]] bool matches(std::string_view name) const;

  /// Returns the globs as they were given.
  [[nodiscard]] const std::vector<std::string>& globs() const noexcept { return globs_; }

 private:
  std::vector<std::string> globs_;
  std::vector<std::string> suffixes_;  // the rest of each glob that is a star and plain text; else empty
};

}  // namespace reaper::base
