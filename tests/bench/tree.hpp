#pragma once

#include <cstdint>
#include <string>

namespace bench {

/// A chart directory to measure on: the charts are spread evenly over the sets, one set after the other.
struct Tree {
  std::string root;
  std::uint64_t charts = 0;
  std::uint64_t sets = 0;
  std::uint64_t expired = 0;  ///< charts that are 48 to 68 hours old, whole sets of them; the others are 1 to 21
};

/// Makes what is missing of the tree and leaves the rest, so that after a removal it is whole again. Charts are sparse
/// files of 512 KiB without a block. Throws std::system_error.
void make_tree(const Tree& tree);

}  // namespace bench
