// There are no figures before the first scan has ended: figures of a part would look like figures of the whole.

#include "support/catch.hpp"
#include "sweep/chart_root.hpp"
#include "sweep/sweeper.hpp"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using reaper::live::Watching;
using reaper::sweep::DryRun;
using reaper::sweep::Report;
using reaper::sweep::Request;
using reaper::sweep::Scope;
using reaper::sweep::Storage;
using reaper::test::Call;

namespace {

struct FirstScanFixture : reaper::test::ChartRoot {
  FirstScanFixture() {
    sweeper.on_storage([this](const reaper::sweep::StorageResult& result) { published.push_back(result.storage); });
  }

  void chart(const std::string& path, std::chrono::nanoseconds age) {
    dir.write_file("charts/" + path, std::string(100, 'x'), clock.now() - age);
  }
  Report sweep(const Request& request = {.set = {}, .asked_by = {}}) {
    return sweeper.sweep(request, policy, stop.get_token());
  }

  reaper::sweep::Sweeper sweeper{root, clock, log, progress, GENERATE(Watching::poll, Watching::on)};
  reaper::sweep::Policy policy{{.max_age = 24h, .max_size_bytes = 1'000'000, .min_age = 60s},
                               reaper::base::GlobList({"*.png"})};
  std::stop_source stop;
  std::vector<std::shared_ptr<const Storage>> published;
};

}  // namespace

TEST_CASE_METHOD(FirstScanFixture, "the figures are published when the first scan ends, before charts are removed") {
  chart("A_1d/new.png", 1h);
  for (int i = 0; i < 20; ++i) chart("A_1d/" + std::to_string(i) + ".png", 25h);
  std::size_t before_removal = 0;
  system.before(Call::rename_at, 1, [&] { before_removal = published.size(); });
  REQUIRE(sweep().files_removed == 20);
  CHECK(before_removal >= 1);
  REQUIRE_FALSE(published.empty());
  CHECK(published.front()->files == 21);
  CHECK(published.front()->bytes == 2100);
}

TEST_CASE_METHOD(FirstScanFixture, "a first scan that removes while it reads publishes no figures before it ends") {
  for (const char* set : {"A_1d", "B_1d", "C_1d"})
    for (int i = 0; i < 600; ++i) chart(std::string(set) + "/" + std::to_string(i) + ".png", 25h);
  chart("D_1d/new.png", 1h);
  std::size_t while_reading = 0;
  system.before_each(Call::read_entries, [&] { while_reading += published.size(); });
  REQUIRE(sweep().files_removed == 1800);
  CHECK(while_reading == 0);
  REQUIRE_FALSE(published.empty());
  CHECK(published.front()->files < 602);
}

TEST_CASE_METHOD(FirstScanFixture, "a stopped first scan publishes no figures") {
  for (const char* set : {"A_1d", "B_1d"}) chart(std::string(set) + "/new.png", 1h);
  system.before(Call::read_entries, 3, [&] { stop.request_stop(); });
  const Report report = sweep();
  CHECK(report.stopped);
  CHECK_FALSE(report.storage);
  CHECK(published.empty());
}

TEST_CASE_METHOD(FirstScanFixture, "a dry run counts each planned chart once") {
  for (int i = 0; i < 20; ++i) chart("A_1d/" + std::to_string(i) + ".png", 25h);
  const Request request{.scope = Scope::everything, .dry_run = DryRun::yes, .set = {}, .asked_by = {}};
  REQUIRE(sweep(request).files_removed == 20);
  REQUIRE_FALSE(published.empty());
  for (const auto& storage : published) CHECK(storage->files == 20);
}

TEST_CASE_METHOD(FirstScanFixture, "removing one set does not count as the first scan") {
  chart("A_1d/x.png", 1h);
  chart("B_1d/x.png", 1h);
  const Report report = sweep({.scope = Scope::set, .set = "A_1d", .asked_by = {}});
  CHECK(report.files_removed == 1);
  CHECK_FALSE(report.storage);
  CHECK(published.empty());
}
