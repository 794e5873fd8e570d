#include "volume/removal_protocol.hpp"

#include "support/catch.hpp"
#include "volume/volume_kinds.hpp"

#include <linux/magic.h>

#include <chrono>
#include <string>

using namespace reaper::volume;
using namespace std::chrono_literals;

namespace {

VolumeTraits volume_of(std::uint32_t magic, const std::string& type) {
  return traits_of(magic, Mount{.type = type, .source = "source", .options = "rw"});
}

}  // namespace

TEST_CASE("the removal protocol follows from the volume") {
  CHECK(protocol_for(volume_of(EXT4_SUPER_MAGIC, "ext4")) == ProtocolKind::leases);
  CHECK(protocol_for(volume_of(TMPFS_MAGIC, "tmpfs")) == ProtocolKind::leases);
  CHECK(protocol_for(volume_of(NFS_SUPER_MAGIC, "nfs4")) == ProtocolKind::network);
  CHECK(protocol_for(volume_of(FUSE_SUPER_MAGIC, "fuse.sshfs")) == ProtocolKind::network);
  CHECK(protocol_for(volume_of(FUSE_SUPER_MAGIC, "fuse.odd")) == ProtocolKind::network);
  CHECK(protocol_for(VolumeTraits{}) == ProtocolKind::network);
  for (const char* const type : {"fuse.s3fs", "fuse.mountpoint-s3", "fuse.gcsfuse", "fuse.blobfuse2"}) {
    CAPTURE(type);
    CHECK(protocol_for(volume_of(FUSE_SUPER_MAGIC, type)) == ProtocolKind::bucket);
  }
}

TEST_CASE("the minimum age in force is at least ten minutes on a bucket") {
  const VolumeTraits bucket = volume_of(FUSE_SUPER_MAGIC, "fuse.s3fs");
  CHECK(min_age_in_force(60s, &bucket) == 600s);
  CHECK(min_age_in_force(601s, &bucket) == 601s);
  const VolumeTraits disk = volume_of(EXT4_SUPER_MAGIC, "ext4");
  CHECK(min_age_in_force(60s, &disk) == 60s);
  CHECK(min_age_in_force(60s, nullptr) == 60s);
}
