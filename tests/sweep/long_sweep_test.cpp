// Changes during a sweep are part of the same sweep.

#include "support/catch.hpp"
#include "sweep/chart_root.hpp"
#include "sweep/sweeper.hpp"

using namespace std::chrono_literals;
using reaper::live::Watching;
using reaper::sweep::Report;
using reaper::test::Call;

namespace {

struct LongSweepFixture : reaper::test::ChartRoot {
  LongSweepFixture() { dir.make_dir("charts/A_1d"); }

  void chart(const std::string& name, std::chrono::nanoseconds age) {
    dir.write_file("charts/A_1d/" + name, std::string(600, 'x'), clock.now() - age);
  }
  [[nodiscard]] bool has(const std::string& name) const { return dir.has("charts/A_1d/" + name); }
  Report sweep() { return sweeper.sweep({.set = {}, .asked_by = {}}, policy, {}); }

  reaper::sweep::Sweeper sweeper{root, clock, log, progress, Watching::on};
  reaper::sweep::Policy policy{{.max_age = 24h, .max_size_bytes = 1300, .min_age = 60s},
                               reaper::base::GlobList({"*.png"})};
};

}  // namespace

TEST_CASE_METHOD(LongSweepFixture, "a chart written during the sweep lets the next oldest one be removed") {
  chart("1.png", 4h);
  chart("2.png", 3h);
  chart("3.png", 2h);
  system.before(Call::rename_at, 1, [&] { chart("4.png", 1h); });
  CHECK(sweep().files_removed == 2);
  CHECK(has("3.png"));
  CHECK(has("4.png"));
}

TEST_CASE_METHOD(LongSweepFixture, "a chart that outgrows the minimum age during the sweep can be removed") {
  chart("1.png", 3h);
  chart("2.png", 30s);
  chart("3.png", 20s);
  chart("4.png", 10s);
  system.before(Call::rename_at, 1, [&] { clock.advance(35s); });
  const Report report = sweep();
  CHECK(report.files_removed == 2);
  CHECK_FALSE(has("2.png"));
  CHECK(report.skipped.at("young") == 0);
}

TEST_CASE_METHOD(LongSweepFixture, "a clock that jumps ahead during the sweep expires nothing") {
  chart("1.png", 3h);
  chart("2.png", 2h);
  chart("3.png", 1h);
  system.before(Call::rename_at, 1, [&] { clock.jump(24h * 365); });
  CHECK(sweep().files_removed == 1);
}

TEST_CASE_METHOD(LongSweepFixture, "a chart that was put back is not tried again") {
  chart("1.png", 3h);
  chart("2.png", 2h);
  chart("3.png", 1h);
  system.fail(Call::unlink_at, EPERM, 1);
  const Report report = sweep();
  CHECK(report.files_removed == 0);
  CHECK(report.errors == 1);
  CHECK(has("1.png"));
}

TEST_CASE_METHOD(LongSweepFixture, "events are read during a long removal, before the kernel's queue overflows") {
  for (int i = 0; i < 600; ++i) chart(std::to_string(i) + ".png", 25h);
  sweep();  // starts to watch the directory
  for (int i = 0; i < 600; ++i) chart(std::to_string(i) + ".png", 1h);
  unsigned at_first = 0;
  unsigned later = 0;
  system.heal();
  system.before(Call::unlink_at, 1, [&] { at_first = system.count(Call::read_events); });
  // Enough charts are still waiting that the catalog is not updated for a further plan yet.
  system.before(Call::unlink_at, 300, [&] { later = system.count(Call::read_events); });
  sweep();
  CHECK(later >= at_first + 2);
}
