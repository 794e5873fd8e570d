#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reaper::base {

/// Shell wildcards as in fnmatch(3), e.g. `*.png`; a name matches the list if it matches one of them.
class GlobList {
 public:
  explicit GlobList(std::vector<std::string> globs);

  /// Whether one of the globs matches the whole name, after whose end must be a NUL, as in a directory entry.
  [[nodiscard]] bool matches(std::string_view name) const;

  /// The globs as they were given.
  [[nodiscard]] const std::vector<std::string>& globs() const noexcept { return globs_; }

 private:
  std::vector<std::string> globs_;
  std::vector<std::string> suffixes_;  // of the globs that are a star and this; else empty
};

}  // namespace reaper::base
