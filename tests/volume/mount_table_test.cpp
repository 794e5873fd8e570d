#include "volume/mount_table.hpp"

#include "support/catch.hpp"

#include <optional>
#include <string>

using reaper::volume::find_mount;
using reaper::volume::Mount;
using reaper::volume::MountKey;

namespace {

const std::string k_table = R"(22 27 0:21 / /proc rw,relatime - proc proc rw
30 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=continue
31 30 8:1 /var/charts /charts rw,relatime shared:1 master:4 propagate_from:2 - ext4 /dev/sda1 rw
32 31 0:39 / /charts/deep rw,nosuid - fuse.sshfs host:/a\040b rw,user_id=0
33 31 0:40 / /charts\040of\011today rw - fuse.my\134fs back\134slash rw
34 31 0:41 / /srv rw - nfs4 server:/export rw,vers=4.2,local_lock=none
35 31 0:41 / /srv/charts rw - nfs4 server:/export/charts rw,vers=4.2,local_lock=none
)";

std::string type_of(const MountKey& key, const std::string& table = k_table) {
  const std::optional<Mount> mount = find_mount(table, key);
  return mount ? mount->type : "none";
}

std::string source_of(const MountKey& key) {
  const std::optional<Mount> mount = find_mount(k_table, key);
  return mount ? mount->source : "none";
}

}  // namespace

TEST_CASE("a mount is found by its id, whatever its device and path") {
  CHECK(type_of({.id = 30, .device_major = 0, .device_minor = 39, .path = "/charts/deep"}) == "ext4");
  CHECK(type_of({.id = 32, .path = ""}) == "fuse.sshfs");
  CHECK(find_mount(k_table, {.id = 34, .path = ""})->options == "rw,vers=4.2,local_lock=none");
}

TEST_CASE("a mount has the directory of its file system that is mounted") {
  CHECK(find_mount("1 0 0:5 / /a rw - tmpfs x rw\n", {.id = 1, .path = ""})->top == "/");
  CHECK(find_mount("1 0 0:5 /b\\040c /a rw - tmpfs x rw\n", {.id = 1, .path = ""})->top == "/b c");
}

TEST_CASE("without its id a mount is found by its device") {
  CHECK(type_of({.device_major = 0, .device_minor = 39, .path = "charts"}) == "fuse.sshfs");
  CHECK(type_of({.id = 99, .device_major = 0, .device_minor = 39, .path = "/charts/deep"}) == "fuse.sshfs");
  CHECK(type_of({.device_major = 8, .device_minor = 1, .path = "/charts"}) == "ext4");
  CHECK(type_of({.device_major = 8, .device_minor = 2, .path = "/charts"}) == "none");
}

TEST_CASE("of several mounts of a device the longest mount point above the path is used") {
  CHECK(source_of({.device_minor = 41, .path = "/srv/charts"}) == "server:/export/charts");
  CHECK(source_of({.device_minor = 41, .path = "/srv/charts/a"}) == "server:/export/charts");
  CHECK(source_of({.device_minor = 41, .path = "/srv/charts-old"}) == "server:/export");
}

TEST_CASE("the kernel's octal escapes are removed from every part of a mount") {
  CHECK(find_mount(k_table, {.id = 32, .path = ""})->source == "host:/a b");
  const std::optional<Mount> odd = find_mount(k_table, {.id = 33, .path = ""});
  REQUIRE(odd);
  CHECK(odd->type == "fuse.my\\fs");
  CHECK(odd->source == "back\\slash");
  const std::string two = "1 0 0:5 / /a\\040b rw - tmpfs right rw\n2 0 0:5 / / rw - tmpfs wrong rw\n";
  CHECK(find_mount(two, {.device_minor = 5, .path = "/a b/charts"})->source == "right");
  CHECK(find_mount("1 0 0:5 / / rw - tmpfs a\\04 rw\n", {.id = 1, .path = ""})->source == "a\\04");
}

TEST_CASE("a bind mount has the type of the file system behind it") {
  CHECK(type_of({.id = 31, .path = "/charts"}) == "ext4");
}

TEST_CASE("lines that are no mounts are skipped") {
  for (const char* bad : {"", "\n", "x", "36 35 98 / / rw - ext4 a rw\n", "a 35 98:0 / / rw - ext4 a rw\n",
                          "36 35 98:0 / / rw ext4 a rw\n", "36 35 98:0 / / rw -\n", "36\n"})
    CHECK(type_of({.id = 36, .device_major = 98, .path = "/"}, bad) == "none");
  CHECK(type_of({.id = 36, .path = "/"}, "36\n36 35 98:0 / / rw - xfs a rw") == "xfs");
}
