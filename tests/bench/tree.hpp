#pragma once

#include <cstdint>
#include <string>

namespace bench {

/// A chart directory for measurements. The charts are spread evenly over the sets, one set after another.
struct Tree {
  std::string root;
  std::uint64_t charts = 0;
  std::uint64_t sets = 0;
  std::uint64_t expired = 0;  ///< charts 48 to 68 hours old, in whole sets; the others are 1 to 21 hours old
};

/// Makes the missing charts of the tree, so that it is complete again after a removal. Charts are sparse files of 512
/// KiB without blocks. Throws std::system_error.
void make_tree(const Tree& tree);

}  // namespace bench
