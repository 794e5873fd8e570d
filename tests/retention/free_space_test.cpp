#include "retention/free_space.hpp"

#include "support/catch.hpp"

using reaper::base::VolumeSpace;
using reaper::retention::FreeSpaceGuard;

namespace {

constexpr std::uint64_t k_mib = 1024 * 1024;

}  // namespace

TEST_CASE("two hundredths of a volume are kept free, and 256 MiB at most") {
  CHECK(FreeSpaceGuard::reserve_bytes({100 * k_mib, 0}) == 2 * k_mib);
  CHECK(FreeSpaceGuard::reserve_bytes({1'000'000 * k_mib, 0}) == 256 * k_mib);
}

TEST_CASE("what lacks of the reserve is wanted") {
  FreeSpaceGuard guard;
  CHECK(guard.wanted_bytes(VolumeSpace{1000 * k_mib, 500 * k_mib}) == 0);
  CHECK(guard.wanted_bytes(VolumeSpace{1000 * k_mib, 20 * k_mib}) == 0);
  CHECK(guard.wanted_bytes(VolumeSpace{1000 * k_mib, 15 * k_mib}) == 5 * k_mib);
  CHECK(guard.wanted_bytes(VolumeSpace{1000 * k_mib, 0}) == 20 * k_mib);
  CHECK(guard.wanted_bytes({}) == 0);
}

TEST_CASE("the rule suspends itself when removing charts does not help, until it has") {
  FreeSpaceGuard guard;
  const VolumeSpace nearly_full{1000 * k_mib, 5 * k_mib};
  guard.note_removal(5 * k_mib, 10 * k_mib, 0, 5 * k_mib);
  CHECK(guard.suspended());
  CHECK(guard.wanted_bytes(nearly_full) == 0);
  SECTION("the space turns up after all") {
    CHECK(guard.wanted_bytes(VolumeSpace{1000 * k_mib, 10 * k_mib}) == 10 * k_mib);
    CHECK_FALSE(guard.suspended());
  }
  SECTION("somebody else makes room") {
    CHECK(guard.wanted_bytes(VolumeSpace{1000 * k_mib, 800 * k_mib}) == 0);
    CHECK(guard.wanted_bytes(nearly_full) == 15 * k_mib);
  }
}

TEST_CASE("space that writers of charts have used meanwhile was free") {
  FreeSpaceGuard guard;
  guard.note_removal(5 * k_mib, 10 * k_mib, 0, 15 * k_mib);
  CHECK_FALSE(guard.suspended());
  guard.note_removal(5 * k_mib, 10 * k_mib, 9 * k_mib, 6 * k_mib);
  CHECK_FALSE(guard.suspended());
  guard.note_removal(5 * k_mib, 10 * k_mib, 1 * k_mib, 6 * k_mib);
  CHECK(guard.suspended());
}
