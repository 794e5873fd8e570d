#include "volume/volume_kinds.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <optional>
#include <string>

using namespace reaper::volume;

namespace {

constexpr std::uint32_t k_ext = 0xef53;
constexpr std::uint32_t k_fuse = 0x65735546;
constexpr std::uint32_t k_nfs = 0x6969;
constexpr std::uint32_t k_smb2 = 0xfe534d42;

VolumeTraits mounted(std::uint32_t magic, const std::string& type, const std::string& source = "x",
                     const std::string& options = "rw") {
  return traits_of(magic, Mount{type, source, options});
}

struct Case {
  std::uint32_t magic;
  const char* type;
  VolumeKind kind;
  Leases leases;
  Locks locks;
  Renaming rename;
};

}  // namespace

TEST_CASE("each kind of volume has its own promises") {
  using enum VolumeKind;
  const auto example = GENERATE(
      values<Case>({{k_ext, "ext4", local, Leases::reliable, Locks::this_host, Renaming::atomic},
                    {0x58465342, "xfs", local, Leases::reliable, Locks::this_host, Renaming::atomic},
                    {0x9123683e, "btrfs", local, Leases::reliable, Locks::this_host, Renaming::atomic},
                    {0x01021994, "tmpfs", local, Leases::reliable, Locks::this_host, Renaming::atomic},
                    {0x794c7630, "overlay", local, Leases::reliable, Locks::this_host, Renaming::atomic},
                    {k_nfs, "nfs", network, Leases::refused, Locks::across_hosts, Renaming::atomic},
                    {k_nfs, "nfs4", network, Leases::unreliable, Locks::across_hosts, Renaming::atomic},
                    {k_smb2, "cifs", network, Leases::unreliable, Locks::across_hosts, Renaming::atomic},
                    {0xff534d42, "cifs", network, Leases::unreliable, Locks::across_hosts, Renaming::atomic},
                    {0x00c36400, "ceph", network, Leases::refused, Locks::across_hosts, Renaming::atomic},
                    {0x01021997, "9p", network, Leases::unreliable, Locks::unknown, Renaming::atomic},
                    {k_fuse, "virtiofs", network, Leases::unreliable, Locks::this_host, Renaming::atomic},
                    {k_fuse, "fuse.sshfs", network, Leases::unreliable, Locks::this_host, Renaming::atomic},
                    {k_fuse, "fuse.s3fs", bucket, Leases::unreliable, Locks::this_host, Renaming::copying},
                    {k_fuse, "fuse.gcsfuse", bucket, Leases::unreliable, Locks::this_host, Renaming::copying},
                    {k_fuse, "fuse.blobfuse2", bucket, Leases::unreliable, Locks::this_host, Renaming::copying},
                    {k_fuse, "fuse.mountpoint-s3", bucket, Leases::unreliable, Locks::this_host, Renaming::missing}}));
  INFO(example.type);
  const VolumeTraits traits = mounted(example.magic, example.type);
  CHECK(traits.type == example.type);
  CHECK(traits.kind == example.kind);
  CHECK(traits.leases == example.leases);
  CHECK(traits.locks == example.locks);
  CHECK(traits.rename == example.rename);
  CHECK(traits.reason.ends_with('.'));
  CHECK_FALSE(traits.call_time);
}

TEST_CASE("an unknown FUSE program or file system gets the weakest promises") {
  for (const VolumeTraits& traits : {mounted(k_fuse, "fuse.new\nfs"), mounted(k_fuse, "fuse", "/data"),
                                     traits_of(k_fuse, {}), mounted(0x1234, "newfs"), traits_of(0x1234, {})}) {
    INFO(traits.type);
    CHECK(traits.kind == VolumeKind::unknown);
    CHECK_FALSE(traits.is_local());
    CHECK(traits.leases == Leases::unreliable);
    CHECK(traits.locks == Locks::unknown);
    CHECK(traits.rename == Renaming::unknown);
    CHECK(traits.stable_inodes == Trait::unknown);
    CHECK(traits.honest_free_space == Trait::unknown);
    CHECK(traits.time_granularity == TimeGranularity::unknown);
  }
  CHECK(mounted(k_fuse, "fuse.new\nfs").type == "fuse.new\\nfs");
  CHECK(mounted(0x1234, "newfs").type == "newfs");
  CHECK(traits_of(0x1234, {}).type == "0x1234");
}

TEST_CASE("a type that contradicts the magic number is ignored") {
  CHECK_FALSE(mounted(k_fuse, "ext4").is_local());
  CHECK(mounted(k_fuse, "ext4").type == "fuse");
  CHECK(mounted(k_nfs, "tmpfs").type == "nfs");
  CHECK_FALSE(mounted(k_nfs, "tmpfs").is_local());
  CHECK(mounted(k_ext, "fuse.s3fs").is_local());
}

TEST_CASE("the source names the program of a FUSE volume that has no subtype") {
  CHECK(mounted(k_fuse, "fuse", "mountpoint-s3").type == "fuse.mountpoint-s3");
  CHECK(mounted(k_fuse, "fuse", "mountpoint-s3").rename == Renaming::missing);
  CHECK(mounted(k_fuse, "fuse.other", "mountpoint-s3").kind == VolumeKind::unknown);
}

TEST_CASE("without its mount a volume promises no locks across hosts, because options may keep them here") {
  CHECK(traits_of(k_nfs, {}).locks == Locks::unknown);
  CHECK(traits_of(k_nfs, {}).kind == VolumeKind::network);
  CHECK(traits_of(k_smb2, {}).locks == Locks::unknown);
  CHECK(traits_of(0x01021994, {}).locks == Locks::this_host);
  CHECK(traits_of(k_ext, {}).is_local());
  CHECK(traits_of(k_ext, {}).time_granularity == TimeGranularity::seconds);
}

TEST_CASE("mount options can keep locks on this host or make inode numbers up") {
  for (const char* options : {"rw,nolock,local_lock=all", "local_lock=flock", "rw,local_lock=all,addr=::1"}) {
    CHECK(mounted(k_nfs, "nfs", "s:/a", options).locks == Locks::this_host);
    CHECK(mounted(k_nfs, "nfs4", "s:/a", options).locks == Locks::this_host);
  }
  for (const char* options : {"", "rw,local_lock=none", "rw,local_lock=posix", "rw,xnolock,nolockx"})
    CHECK(mounted(k_nfs, "nfs", "s:/a", options).locks == Locks::across_hosts);
  CHECK(mounted(k_smb2, "cifs", "//s/a", "rw,nobrl").locks == Locks::this_host);
  CHECK(mounted(k_smb2, "cifs", "//s/a", "rw,serverino").stable_inodes == Trait::yes);
  CHECK(mounted(k_smb2, "cifs", "//s/a", "rw,noserverino").stable_inodes == Trait::no);
}
