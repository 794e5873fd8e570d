#pragma once

#include "charts/catalog.hpp"
#include "volume/root.hpp"

#include <string>

namespace reaper::live {

/// Says why directories of a catalog cannot be read. How many there are is the catalog's to know.
class UnreadableDirectories {
 public:
  UnreadableDirectories(volume::Root& root, const charts::Catalog& catalog) : root_(&root), catalog_(&catalog) {}

  /// Returns the reason of one of them, in words for people; empty if there is none. It stays the same as long as that
  /// directory is unreadable, so that it costs nothing to ask again.
  [[nodiscard]] const std::string& example();

  /// Returns why this directory cannot be read, in words for people. Tries to open it.
  [[nodiscard]] std::string reason(const std::string& path) const;

 private:
  [[nodiscard]] bool is_still_unreadable() const;

  volume::Root* root_;
  const charts::Catalog* catalog_;
  std::string path_;     // of the example
  std::string example_;  // empty if there is none
};

}  // namespace reaper::live
