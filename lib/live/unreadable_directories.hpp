#pragma once

#include "charts/catalog.hpp"
#include "volume/root.hpp"

#include <string>

namespace reaper::live {

/// Explains why directories of a catalog cannot be read. The catalog itself counts them.
class UnreadableDirectories {
 public:
  UnreadableDirectories(volume::Root& root, const charts::Catalog& catalog) : root_(&root), catalog_(&catalog) {}

  /// Returns a text for people: why one of them cannot be read; empty if all can. The example stays the same while that
  /// directory is unreadable, so repeated calls cost nothing.
  [[nodiscard]] const std::string& example();

  /// Returns a text for people: why this directory cannot be read. Tries to open it.
  [[nodiscard]] std::string reason(const std::string& path) const;

 private:
  [[nodiscard]] bool is_still_unreadable() const;

  volume::Root* root_;
  const charts::Catalog* catalog_;
  std::string path_;     // path of the example
  std::string example_;  // text of the example; empty if there is none
};

}  // namespace reaper::live
