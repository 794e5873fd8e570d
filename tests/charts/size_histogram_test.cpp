#include "charts/size_histogram.hpp"

#include "support/catch.hpp"

using reaper::charts::SizeHistogram;

namespace {

constexpr std::uint64_t k_block = 4096;

}  // namespace

TEST_CASE("a percentile is rounded up by a quarter at most") {
  for (const std::uint64_t blocks : {1U, 3U, 4U, 7U, 8U, 100U, 175U, 256U, 1U << 20U}) {
    SizeHistogram sizes;
    sizes.add(blocks * k_block);
    INFO(blocks);
    CHECK(sizes.largest_but(0) >= blocks * k_block);
    CHECK(sizes.largest_but(0) < blocks * k_block * 5 / 4);
  }
}

TEST_CASE("a percentile ignores the largest sizes") {
  SizeHistogram sizes;
  for (int i = 0; i < 98; ++i) sizes.add(8 * k_block);
  sizes.add(1000 * k_block);
  sizes.add(UINT64_MAX);
  CHECK(sizes.largest_but(0) > 1'000'000 * k_block);
  CHECK(sizes.largest_but(1) >= 1000 * k_block);
  CHECK(sizes.largest_but(2) < 10 * k_block);
  CHECK(sizes.largest_but(100) == 0);
  sizes.remove(UINT64_MAX);
  CHECK(sizes.largest_but(1) < 10 * k_block);
}
