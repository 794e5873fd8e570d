#pragma once

#include "support/catch.hpp"
#include "sweep/chart_root.hpp"
#include "sweep/sweeper.hpp"

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

namespace reaper::test {

/// A sweeper and its chart directory, for each way to keep the catalog between sweeps.
struct SweeperFixture : ChartRoot {
  void chart(const std::string& path, std::chrono::nanoseconds age, std::size_t bytes = 100) {
    dir.write_file("charts/" + path, std::string(bytes, 'x'), clock.now() - age);
  }
  [[nodiscard]] bool has(const std::string& path) const { return dir.has("charts/" + path); }

  sweep::Report sweep(sweep::Request request = {}) { return sweeper.sweep(request, policy, stop.get_token()); }
  sweep::Report remove(sweep::Scope scope, const std::string& set = {}, sweep::DryRun dry_run = sweep::DryRun::no) {
    return sweep(
        {.trigger = sweep::Trigger::request, .scope = scope, .dry_run = dry_run, .set = set, .asked_by = "me"});
  }

  // The result is the same for each of them.
  live::Watching watching = GENERATE(live::Watching::off, live::Watching::poll, live::Watching::on);
  sweep::Sweeper sweeper{root, clock, log, progress, watching};
  sweep::Policy policy{{.max_age = std::chrono::hours(24), .max_size_bytes = 1000, .min_age = std::chrono::seconds(60)},
                       base::GlobList({"*.png"})};
  std::stop_source stop;
};

}  // namespace reaper::test
