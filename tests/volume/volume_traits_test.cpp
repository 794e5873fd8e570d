#include "volume/volume_traits.hpp"

#include "support/catch.hpp"
#include "volume/volume_kinds.hpp"

#include <chrono>

using namespace reaper::volume;

TEST_CASE("a volume is described in one line") {
  VolumeTraits traits = traits_of(0x6969, Mount{"nfs4", "server:/export", "rw"});
  traits.call_time = std::chrono::microseconds(180);
  CHECK(describe(traits) ==
        "nfs4 (network): no reliable leases, locks across hosts, atomic rename, stable inode numbers, 180 us a call");
}

TEST_CASE("a description names what is not known, and has no cost that was not measured") {
  CHECK(describe(traits_of(0x65735546, {})) ==
        "fuse (unknown): no reliable leases, locks unknown, rename unknown, inode numbers unknown");
  CHECK(describe(traits_of(0x65735546, Mount{"fuse.mountpoint-s3", "x", ""})) ==
        "fuse.mountpoint-s3 (bucket): no reliable leases, locks on this host, no rename, unstable inode numbers");
}

TEST_CASE("a volume that was not examined has the weakest promises") {
  CHECK_FALSE(VolumeTraits().is_local());
  CHECK(to_string(VolumeTraits().leases) == "no");
  CHECK(to_string(VolumeTraits().locks) == "unknown");
  CHECK(to_string(VolumeTraits().rename) == "unknown");
  CHECK(to_string(VolumeTraits().time_granularity) == "unknown");
}
