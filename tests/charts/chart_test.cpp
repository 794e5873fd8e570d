#include "charts/chart.hpp"

#include "support/catch.hpp"

using namespace reaper::charts;

TEST_CASE("a fingerprint differs for a rewritten file and stays after a rename") {
  const Fingerprint judged{1, 2, 100, 5, 6};
  CHECK(judged.same_content_as(judged));
  Fingerprint renamed = judged;
  renamed.changed_ns = 7;
  CHECK(renamed != judged);
  CHECK(renamed.same_content_as(judged));

  const Fingerprint others[] = {{9, 2, 100, 5, 6}, {1, 9, 100, 5, 6}, {1, 2, 101, 5, 6}, {1, 2, 100, 9, 6}};
  for (const Fingerprint& other : others) {
    CHECK(other != judged);
    CHECK_FALSE(other.same_content_as(judged));
  }
}

TEST_CASE("a judged chart is unchanged only in exactly the judged state") {
  const Fingerprint seen{1, 2, 100, 5, 6};
  const ChartSnapshot chart = snapshot_of("A_1d", "x.png", {seen, 100, false});
  CHECK(chart.is_still(seen));
  const Fingerprint others[] = {
      {9, 2, 100, 5, 6}, {1, 9, 100, 5, 6}, {1, 2, 101, 5, 6}, {1, 2, 100, 9, 6}, {1, 2, 100, 5, 9}};
  for (const Fingerprint& other : others) CHECK_FALSE(chart.is_still(other));
}

TEST_CASE("a judged chart knows its path, in the root and below it") {
  CHECK(snapshot_of("A_1d", "x.png", {}).path() == "A_1d/x.png");
  CHECK(snapshot_of("", "x.png", {}).path() == "x.png");
}
