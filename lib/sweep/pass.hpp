#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/report.hpp"
#include "sweep/sweeper.hpp"
#include "telemetry/log.hpp"
#include "volume/progress.hpp"
#include "volume/put_right.hpp"
#include "volume/remover.hpp"
#include "volume/root.hpp"
#include "volume/scanner.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

namespace reaper::sweep {

/// One pass over a root that has been checked: scan, plan, remove; fills in the report. Made for one sweep.
class Pass {
 public:
  /// Where the pass works and what it tells.
  struct Surroundings {
    volume::Root& root;
    const base::Clock& clock;
    telemetry::Log& log;
    volume::Progress& progress;
  };

  /// `policy.limits.age_rule` says whether the clock can be trusted.
  Pass(Surroundings surroundings, Policy policy, std::stop_token stop, Report& report);

  void run();

 private:
  void put_right();
  [[nodiscard]] retention::Plan make_plan() const;
  void pretend(const retention::Plan& plan);
  void carry_out(const retention::Plan& plan);
  void conclude(const retention::Removal& removal, const volume::Conclusion& conclusion);
  void count_removed(const retention::Removal& removal, std::uint64_t freed_bytes);
  void remove_directories(const std::vector<charts::DirectoryIndex>& directories);
  [[nodiscard]] std::vector<charts::DirectoryIndex> emptied_sets() const;
  void count_kept();
  void publish_storage();
  void report_trouble();

  Surroundings in_;
  Policy policy_;
  std::stop_token stop_;
  Report& report_;
  base::FileTime now_;
  volume::Scan scan_;
  volume::Fallbacks fallbacks_;
  std::vector<bool> gone_;  // by chart: no longer on the volume after this pass
};

/// The figures of everything in the catalog, but for the charts that `gone` marks.
[[nodiscard]] std::shared_ptr<const Storage> storage_of(const charts::Catalog& catalog, const volume::Root& root,
                                                        base::FileTime as_of, const std::vector<bool>& gone = {});

/// The line `Chart cleanup completed`, which every sweep ends with.
void log_completion(telemetry::Log& log, const Report& report);

}  // namespace reaper::sweep
