// A backlog that does not fit into memory.

#include "support/catch.hpp"
#include "sweep/chart_root.hpp"
#include "sweep/sweeper.hpp"

#include <chrono>
#include <filesystem>
#include <string>

using namespace std::chrono_literals;
using reaper::live::Watching;
using reaper::sweep::Policy;
using reaper::sweep::Report;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_mb = 1'000'000;

struct MemoryFixture : reaper::test::ChartRoot {
  MemoryFixture() { log.set_level(reaper::base::LogLevel::warning); }

  /// Makes sparse charts of 1 MB, `in_set` in each set.
  void charts(int count, std::chrono::nanoseconds age, int in_set = 20) const {
    for (int i = 0; i < count; ++i) {
      const std::string path = "charts/S" + std::to_string(i / in_set) + "_1d/" + std::to_string(i % in_set) + ".png";
      dir.write_file(path);
      fs::resize_file(dir.path(path), k_mb);
      dir.set_modified(path, clock.now() - age - std::chrono::seconds(i % 97));
    }
  }
  Report sweep() { return sweeper.sweep({}, policy, {}); }
  [[nodiscard]] std::uint64_t left() const {
    std::uint64_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(dir.path("charts"))) count += entry.is_regular_file();
    return count;
  }

  reaper::volume::SystemLimits limits;
  Watching watching = GENERATE(Watching::off, Watching::poll, Watching::on);
  reaper::sweep::Sweeper sweeper{root, clock, log, progress, watching, [this] { return limits; }};
  Policy policy{{.max_age = 24h, .max_size_bytes = 50 * k_mb, .min_age = 60s}, reaper::base::GlobList({"*.png"})};
};

}  // namespace

TEST_CASE_METHOD(MemoryFixture, "a backlog that does not fit into memory is reduced to the limit") {
  charts(400, 2h);
  limits.memory_bytes = 2 * 5'500;
  const Report report = sweep();
  CHECK(report.files_removed == 350);
  CHECK(left() == 50);
  CHECK(report.storage->files == 50);
  CHECK(report.storage->bytes == 50 * k_mb);
  CHECK(report.storage->only_counted > 0);
  CHECK(report.errors == 0);
  SECTION("until there is enough memory") {
    limits.memory_bytes = 1'000'000;
    CHECK(sweep().storage->only_counted == 0);
  }
  SECTION("or nothing changes") { static_cast<void>(sweep()); }
}

TEST_CASE_METHOD(MemoryFixture, "if the names of the sets alone fill the memory, each sweep removes some") {
  charts(400, 2h, 1);
  limits.memory_bytes = 2 * 16'000;
  for (std::uint64_t before = left(); before > 50; before = left()) {
    static_cast<void>(sweep());
    REQUIRE(left() < before);
  }
  CHECK(left() == 50);
}

TEST_CASE_METHOD(MemoryFixture, "expired charts are removed without memory, and the others are counted") {
  charts(300, 25h);
  for (int i = 0; i < 300; ++i) dir.write_file("charts/T" + std::to_string(i) + "_1d/y.png", "new", clock.now() - 1h);
  limits.memory_bytes = 2 * 12'000;
  const Report report = sweep();
  CHECK(report.files_removed == 300);
  CHECK(report.storage->files == 300);
  CHECK(report.storage->only_counted > 0);
  CHECK(report.directories_removed == 0);
}

TEST_CASE_METHOD(MemoryFixture, "young charts stay, however little memory there is") {
  charts(200, -40s);
  limits.memory_bytes = 2 * 5'500;
  const Report report = sweep();
  CHECK(report.files_removed == 0);
  CHECK(left() == 200);
  CHECK(report.storage->bytes == 200 * k_mb);
}
