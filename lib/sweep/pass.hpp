#pragma once

#include "base/clock.hpp"
#include "base/glob.hpp"
#include "live/catalog_scan.hpp"
#include "live/live_catalog.hpp"
#include "retention/free_space.hpp"
#include "retention/policy.hpp"
#include "sweep/left_charts.hpp"
#include "sweep/report.hpp"
#include "sweep/report_builder.hpp"
#include "sweep/space_account.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/log.hpp"
#include "volume/failures.hpp"
#include "volume/fallbacks.hpp"
#include "volume/progress.hpp"
#include "volume/removal_result.hpp"
#include "volume/root.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace reaper::sweep {

/// What a sweep goes by; replaced as a whole when the settings are read again.
struct Policy {
  retention::Limits limits;
  base::GlobList patterns;
  double most_removals_per_second = 0;  ///< 0 for no brake
};

/// Where a pass works and what it tells.
struct PassContext {
  volume::Root& root;
  live::LiveCatalog& live;
  retention::FreeSpaceGuard& free_space;
  LeftCharts& left_charts;
  const base::Clock& clock;
  telemetry::Log& log;
  volume::Progress& progress;
  /// Told now and then what is on the volume, while the pass goes on.
  std::function<void(std::shared_ptr<const Storage>)> on_storage;
  telemetry::AuditFile* audit = nullptr;  ///< may be null
};

/// One pass over a root that has been checked: read, plan, remove; fills in the report. Made for one sweep.
///
/// What has expired, or is asked for, is removed while the volume is still being read, without being remembered, and so
/// are the oldest charts once what is known exceeds the limit by far: the charts that are still to be read can only add
/// to that. So a backlog of any size takes constant memory.
class Pass {
 public:
  /// `policy.limits.age_rule` says whether the clock can be trusted.
  Pass(PassContext context, const Policy& policy, std::stop_token stop, Report& report);

  void run();

 private:
  /// Makes a further plan; empty if nothing else is due now.
  using NextPlan = std::function<std::vector<retention::Removal>()>;

  [[nodiscard]] bool is_dry() const { return report_.request.dry_run == DryRun::yes; }
  [[nodiscard]] bool is_retention() const { return report_.request.scope == Scope::retention; }
  [[nodiscard]] bool wants_full_scan() const;
  [[nodiscard]] live::ScanContext scan_context();
  void read();
  void scan(charts::DirectoryIndex start);
  void claim(const volume::ScanBatch& batch, live::CatalogScan& scan);
  [[nodiscard]] std::optional<retention::Reason> reason_to_claim(const charts::ChartState& state) const;
  void note_directory(charts::DirectoryIndex directory);
  void recover();
  void trim_to_limit();
  [[nodiscard]] std::uint64_t trim_slack_bytes();
  [[nodiscard]] std::uint64_t total_bytes() const;
  [[nodiscard]] retention::Limits limits() const;
  void plan_and_remove();
  void plan_only();
  [[nodiscard]] base::FileTime time() const;
  [[nodiscard]] retention::Moment moment() const;
  [[nodiscard]] SpaceAccount::Parts space_parts() const { return {in_.root, in_.live, in_.free_space, in_.clock}; }
  void remove_backlog();
  void remove(std::vector<const retention::Removal*> plan, const NextPlan& next_plan = {});
  void exclude_from_plan(const retention::Removal& removal);
  void record(const retention::Removal& removal, const volume::RemovalResult& result);
  void remove_directories(const std::vector<std::string>& paths, base::FileTime unchanged_since);
  void publish_now_and_then();
  void finish_report();

  PassContext in_;
  const Policy& policy_;
  std::stop_token stop_;
  Report& report_;
  base::FileTime now_;                 // when it began
  std::chrono::nanoseconds boot_now_;  // the same by the clock that does not jump
  ReportBuilder report_builder_;
  volume::Failures failures_;
  volume::Fallbacks fallbacks_;
  volume::ScanResult scan_;
  bool all_known_ = false;  // the catalog is complete
  SpaceAccount space_;
  std::uint64_t trimmed_bytes_ = 0;          // what trimming has left, or the limit
  std::vector<retention::Removal> backlog_;  // claimed by the scan, and still there
  std::vector<std::string> empty_sets_;
  std::chrono::steady_clock::time_point published_ = std::chrono::steady_clock::now();
};

}  // namespace reaper::sweep
