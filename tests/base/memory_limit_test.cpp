#include "base/memory_limit.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <cstdint>
#include <optional>
#include <string>

using reaper::base::MemoryLimit;
using reaper::test::TempDir;

namespace {

constexpr std::uint64_t k_mib = 1024 * 1024;

/// Test files with a process's entries of proc(5) and cgroups(7).
struct Groups {
  /// `group` is the line of /proc/self/cgroup. `root`, `type` and `options` describe the mount of the file system.
  void describe(const std::string& group, const std::string& root, const std::string& type,
                const std::string& options) const {
    dir.write_file("proc/cgroup", "3:cpuset:/elsewhere\n" + group + "\n");
    dir.write_file("proc/mountinfo", "22 27 0:21 / /proc rw,relatime - proc proc rw\n35 31 0:32 " + root + " " +
                                         dir.path("groups").string() + " rw,relatime shared:9 - " + type + " none rw," +
                                         options + "\n");
  }
  void limit(const std::string& file, const std::string& content) const { dir.write_file("groups/" + file, content); }
  [[nodiscard]] MemoryLimit memory() const { return MemoryLimit(dir.path("proc").string()); }

  TempDir dir;
};

}  // namespace

TEST_CASE_METHOD(Groups, "the limit is the smallest of the group and its ancestors") {
  describe("0::/pod/container", "/", "cgroup2", "nsdelegate");
  limit("pod/container/memory.max", "max\n");
  limit("pod/memory.max", "67108864\n");
  limit("memory.max", "134217728\n");
  const MemoryLimit memory = this->memory();
  CHECK(memory.bytes() == 64 * k_mib);
  // A change is seen at the next call.
  limit("pod/container/memory.max", "33554432\n");
  CHECK(memory.bytes() == 32 * k_mib);
  limit("pod/container/memory.max", "max\n");
  limit("pod/memory.max", "max\n");
  CHECK(memory.bytes() == 128 * k_mib);
}

TEST_CASE_METHOD(Groups, "the free memory is that below the closest limit") {
  describe("0::/pod/container", "/", "cgroup2", "");
  limit("pod/container/memory.max", "max\n");
  limit("pod/container/memory.current", "500\n");
  limit("pod/memory.max", "1000\n");
  limit("pod/memory.current", "600\n");
  limit("memory.max", "900\n");
  limit("memory.current", "700\n");
  CHECK(memory().free_bytes() == 200);
  limit("pod/memory.current", "1001\n");
  CHECK(memory().free_bytes() == 0);
}

TEST_CASE_METHOD(Groups, "a container's group is the top of its cgroup tree") {
  SECTION("in its own cgroup namespace") { describe("0::/", "/", "cgroup2", ""); }
  SECTION("in version 1, by the mounted part") {
    describe("4:memory:/docker/abc", "/docker/abc", "cgroup", "memory");
    limit("memory.limit_in_bytes", "33554432\n");
  }
  SECTION("in another namespace") { describe("0::/../../other", "/", "cgroup2", ""); }
  limit("memory.max", "33554432\n");
  CHECK(memory().bytes() == 32 * k_mib);
}

TEST_CASE_METHOD(Groups, "there may be no limit") {
  SECTION("as version 1 writes it") {
    describe("4:cpu,memory:/a", "/", "cgroup", "cpu,memory");
    limit("a/memory.limit_in_bytes", "9223372036854771712\n");
  }
  SECTION("as version 2 writes it") {
    describe("0::/a", "/", "cgroup2", "");
    limit("a/memory.max", "max\n");
  }
  SECTION("because the group does not control memory") {
    describe("4:cpu:/a", "/", "cgroup", "cpu");
    limit("a/memory.limit_in_bytes", "33554432\n");
  }
  SECTION("because the files are missing") {}
  CHECK(memory().bytes() == std::nullopt);
}
