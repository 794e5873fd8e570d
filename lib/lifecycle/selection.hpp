#pragma once

#include "config/object_store.hpp"

#include <string>
#include <vector>

namespace reaper::lifecycle {

/// The objects below the prefix that a rule removes.
struct Selection {
  std::vector<std::string> suffixes;  ///< of object names; empty: the rule removes every object
  std::vector<std::string> left_out;  ///< globs that the rule cannot express
};

/// Returns how a rule of the store selects the files that match the globs. Only GCS has suffixes. There a glob of a
/// star and plain text, such as `*.png`, is a suffix, and a name without wildcards is one with a slash before it.
///
/// If some globs are suffixes and others are not, the rule has only the suffixes: it removes too little, not too much.
[[nodiscard]] Selection select(config::ObjectStore store, const std::vector<std::string>& globs);

}  // namespace reaper::lifecycle
