#pragma once

#include <compare>
#include <string>

namespace reaper::volume {

/// A chart that a remover quarantined and then neither unlinked nor put back.
struct Leftover {
  std::string directory;        ///< relative to the root
  std::string quarantine_name;  ///< its present name

  friend auto operator<=>(const Leftover&, const Leftover&) = default;
};

}  // namespace reaper::volume
