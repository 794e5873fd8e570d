#pragma once

#include <compare>
#include <string>

namespace reaper::volume {

/// A chart that a remover quarantined and did not finish with.
struct Leftover {
  std::string directory;        ///< relative to the root
  std::string quarantine_name;  ///< the name it has now

  friend auto operator<=>(const Leftover&, const Leftover&) = default;
};

}  // namespace reaper::volume
