#include "sweep/limits_in_force.hpp"

#include "base/size.hpp"
#include "support/catch.hpp"
#include "volume/volume_kinds.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace reaper::sweep {
namespace {

using namespace std::chrono_literals;
using base::k_mebibyte;
using Bytes = std::optional<std::uint64_t>;

constexpr std::uint64_t k_limit = 200 * k_mebibyte;

RootState root_on(volume::Trait honest, Bytes volume_bytes) {
  volume::VolumeTraits traits;
  traits.kind = volume::VolumeKind::local;
  traits.honest_free_space = honest;
  return {.volume = std::make_shared<volume::VolumeTraits>(traits), .volume_bytes = volume_bytes};
}

std::uint64_t limit_bytes(const VolumeShare& share, const RootState& root) {
  return limits_in_force({.max_age = 24h, .max_size_bytes = k_limit, .min_age = 60s}, share, root).max_size_bytes;
}

struct Row {
  const char* name;
  VolumeShare share;
  volume::Trait honest;
  Bytes reported;
  std::uint64_t in_force;
};

constexpr auto k_yes = volume::Trait::yes;

const std::vector<Row> k_rows{
    {"no percentage", {}, k_yes, 100 * k_mebibyte, k_limit},
    {"a smaller percentage", {.percent = 10}, k_yes, 1000 * k_mebibyte, 100 * k_mebibyte},
    {"an equal percentage", {.percent = 20}, k_yes, 1000 * k_mebibyte, k_limit},
    {"a larger percentage", {.percent = 50}, k_yes, 1000 * k_mebibyte, k_limit},
    {"the whole volume", {.percent = 100}, k_yes, 150 * k_mebibyte, 150 * k_mebibyte},
    {"a part of a byte is not used", {.percent = 10}, k_yes, 16 * k_mebibyte, 1677721},
    {"a percentage without rounding errors", {.percent = 29}, k_yes, 100, 29},
    {"a volume of nearly 4 EiB", {.percent = 0.000001}, k_yes, (std::uint64_t{1} << 62U) - 1, k_limit},
    {"a declared size instead of the reported one",
     {.percent = 10, .declared_bytes = 500 * k_mebibyte},
     k_yes,
     1000 * k_mebibyte,
     50 * k_mebibyte},
    {"a declared size without a percentage", {.declared_bytes = 100 * k_mebibyte}, k_yes, 50 * k_mebibyte, k_limit},
    {"a declared size where none is reported",
     {.percent = 10, .declared_bytes = 500 * k_mebibyte},
     volume::Trait::no,
     {},
     50 * k_mebibyte},
    {"no reported size", {.percent = 10}, k_yes, {}, k_limit},
    {"an invented size", {.percent = 10}, volume::Trait::no, 1000 * k_mebibyte, k_limit},
    {"a size that may be invented", {.percent = 10}, volume::Trait::unknown, 1000 * k_mebibyte, k_limit},
};

}  // namespace

TEST_CASE("the smaller size limit is in force, the percentage only where the size of the volume is known") {
  for (const Row& row : k_rows) {
    CAPTURE(row.name);
    CHECK(limit_bytes(row.share, root_on(row.honest, row.reported)) == row.in_force);
  }
}

TEST_CASE("while the root cannot be used, the percentage counts against the declared size only") {
  CHECK(limit_bytes({.percent = 10}, {.problem = "it is gone"}) == k_limit);
  CHECK(limit_bytes({.percent = 10, .declared_bytes = 100 * k_mebibyte}, {.problem = "it is gone"}) == 10 * k_mebibyte);
}

TEST_CASE("the minimum age in force depends on the volume, the other limits stay") {
  const VolumeShare share{.percent = 10, .declared_bytes = 1000};
  volume::VolumeTraits bucket;
  bucket.kind = volume::VolumeKind::bucket;
  const RootState root{.volume = std::make_shared<volume::VolumeTraits>(bucket)};
  const retention::Limits in_force = limits_in_force(
      {.max_age = 24h, .max_size_bytes = k_limit, .min_age = 60s, .age_rule = retention::AgeRule::suspended}, share,
      root);
  CHECK(in_force.min_age == 600s);
  CHECK(in_force.max_age == 24h);
  CHECK(in_force.age_rule == retention::AgeRule::suspended);
  CHECK(in_force.max_size_bytes == 100);
}

TEST_CASE("limits that are in force stay so if they are computed again") {
  const VolumeShare share{.percent = 10};
  const RootState root = root_on(k_yes, 1000 * k_mebibyte);
  const retention::Limits once =
      limits_in_force({.max_age = 24h, .max_size_bytes = k_limit, .min_age = 60s}, share, root);
  CHECK(limits_in_force(once, share, root).max_size_bytes == once.max_size_bytes);
}

TEST_CASE("the volume that a percentage counts against is the declared one, else a plausible one") {
  const RootState honest = root_on(k_yes, 1000);
  CHECK(counted_volume_bytes({}, honest) == Bytes(1000));
  CHECK(counted_volume_bytes({.declared_bytes = 7}, honest) == Bytes(7));
  CHECK_FALSE(counted_volume_bytes({}, root_on(volume::Trait::no, 1000)));
  CHECK_FALSE(counted_volume_bytes({}, {}));
}

}  // namespace reaper::sweep
