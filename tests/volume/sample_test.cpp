#include "volume/sample.hpp"

#include "support/volume_fixture.hpp"

#include <unistd.h>

#include <cerrno>
#include <set>
#include <string>

using reaper::test::Call;
using reaper::test::VolumeFixture;
using reaper::volume::k_max_sampled_sets;
using reaper::volume::LeaseTrial;
using reaper::volume::Sample;

namespace {

struct SampleFixture : VolumeFixture {
  Sample sample() {
    auto taken = reaper::volume::take_sample(root, patterns);
    REQUIRE(taken.has_value());
    return *taken;
  }
};

}  // namespace

TEST_CASE_METHOD(SampleFixture, "an empty root has an empty sample") {
  dir.make_dir("charts/A_1d");
  dir.write_file("charts/B_1d/notes.txt", "no chart");
  CHECK(sample().empty());
}

TEST_CASE_METHOD(SampleFixture, "directories that belong to file systems are not sampled") {
  chart("lost+found/x.png");
  chart("A_1d/x.png");
  const Sample taken = sample();
  REQUIRE(taken.size() == 1);
  CHECK(taken.front().path == "A_1d");
}

TEST_CASE_METHOD(SampleFixture, "sets are tried even if the volume does not list types") {
  chart("A_1d/x.png");
  chart("B_1d/y.png");
  chart("B_1d/deep/z.png");
  system.hide_kinds();
  const Sample taken = sample();
  REQUIRE(taken.size() == 2);
  for (const auto& set : taken) {
    CHECK_FALSE(set.path.empty());
    CHECK(set.charts == 1);
    CHECK(set.lease == LeaseTrial::granted);
  }
}

TEST_CASE_METHOD(SampleFixture, "a directory with the name of a chart is no chart") {
  dir.make_dir("charts/A_1d/x.png");
  chart("A_1d/y.png");
  system.hide_kinds();
  const Sample taken = sample();
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].charts == 1);
  CHECK_FALSE(taken[0].obstacle);
}

TEST_CASE_METHOD(SampleFixture, "few entries of a huge directory are looked up") {
  for (int i = 0; i < 600; ++i) dir.write_file("charts/" + std::to_string(i) + ".txt");
  system.hide_kinds();
  CHECK(sample().empty());
  CHECK(system.count(Call::stat_at) < 600);
}

TEST_CASE_METHOD(SampleFixture, "a sample is limited and spread over the sets") {
  for (int i = 0; i < 100; ++i) chart("S" + std::to_string(i) + "_1d/x.png");
  const Sample taken = sample();
  CHECK(taken.size() == k_max_sampled_sets);
  std::set<std::string> paths;
  for (const auto& set : taken) {
    paths.insert(set.path);
    CHECK(set.charts == 1);
    CHECK_FALSE(set.obstacle);
    CHECK(set.lease == LeaseTrial::granted);
    CHECK(set.owner == ::geteuid());
  }
  CHECK(paths.size() == k_max_sampled_sets);
  CHECK(system.count(Call::stat_at) < 5 * k_max_sampled_sets);
}

TEST_CASE_METHOD(SampleFixture, "charts directly in the root are tried, too") {
  chart("x.png");
  chart("y.png");
  const Sample taken = sample();
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].path.empty());
  CHECK(taken[0].charts == 2);
}

TEST_CASE_METHOD(SampleFixture, "sets that cannot be written or read are in the sample with the reason") {
  chart("A_1d/x.png");
  chart("A_1d/y.png");
  SECTION("not writable") {
    system.fail(Call::check_access, EACCES);
    const Sample taken = sample();
    REQUIRE(taken.size() == 1);
    REQUIRE(taken[0].obstacle);
    CHECK(taken[0].obstacle->is(EACCES));
    CHECK(taken[0].charts == 2);
  }
  SECTION("not openable") {
    system.before(Call::open_beneath, 2, [this] { system.fail(Call::open_beneath, EACCES); });
    const Sample taken = sample();
    REQUIRE(taken.size() == 1);
    REQUIRE(taken[0].obstacle);
    CHECK(taken[0].obstacle->message() == "openat2 'A_1d': Permission denied");
  }
  SECTION("not readable") {
    system.fail(Call::read_entries, EIO, 3);  // after the two reads of the root
    const Sample taken = sample();
    REQUIRE(taken.size() == 1);
    CHECK(taken[0].obstacle->message() == "getdents64 'A_1d': Input/output error");
  }
}

TEST_CASE_METHOD(SampleFixture, "an unreadable root has no sample") {
  system.fail(Call::read_entries, EIO);
  CHECK_FALSE(reaper::volume::take_sample(root, patterns).has_value());
}

TEST_CASE_METHOD(SampleFixture, "no lease is tried on a network volume") {
  chart("A_1d/x.png");
  become_network_volume();
  CHECK(sample().at(0).lease == LeaseTrial::unknown);
  CHECK(system.count(Call::take_lease) == 0);
}
