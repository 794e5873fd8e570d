#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"
#include "live/catalog_scan.hpp"
#include "retention/policy.hpp"
#include "sweep/claims.hpp"
#include "sweep/pass_context.hpp"
#include "sweep/plan_trial.hpp"
#include "sweep/policy.hpp"
#include "sweep/remover.hpp"
#include "sweep/report.hpp"
#include "sweep/report_builder.hpp"
#include "sweep/space_account.hpp"
#include "sweep/storage_publisher.hpp"
#include "volume/failures.hpp"
#include "volume/fallbacks.hpp"
#include "volume/scan.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

namespace reaper::sweep {

/// One pass over a checked root: scan, plan, remove, fill in the report. Made for one sweep.
///
/// Expired and requested charts are removed during the scan and never enter the catalog. If the known total is far
/// above the limit, the oldest charts are removed during the scan, too; the rest of the scan can only add to the total.
/// So a backlog of any size needs constant memory.
class Pass {
 public:
  /// `policy.limits.age_rule` says whether the clock can be trusted.
  Pass(PassContext context, const Policy& policy, std::stop_token stop, Report& report);
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;
  ~Pass() = default;

  void run();

 private:
  [[nodiscard]] bool is_dry() const { return report_.request.dry_run == DryRun::yes; }
  [[nodiscard]] bool is_retention() const { return report_.request.scope == Scope::retention; }
  [[nodiscard]] bool wants_full_scan() const;
  [[nodiscard]] live::ScanContext scan_context();
  void read();
  [[nodiscard]] bool knows_all_charts() const;
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
  void remove_claimed();
  void exclude_from_plan(const retention::Removal& removal);
  void finish_report();

  PassContext in_;
  const Policy& policy_;
  std::stop_token stop_;
  Report& report_;
  base::FileTime now_;                 // when the pass began
  std::chrono::nanoseconds boot_now_;  // the same on the boot clock, which does not jump
  ReportBuilder report_builder_;
  volume::Failures removal_failures_;
  volume::Failures reading_failures_;
  volume::Fallbacks fallbacks_;
  volume::ScanResult scan_;
  SpaceAccount space_;
  std::uint64_t trimmed_bytes_ = 0;  // the total after the last trim, at least the limit
  Claims claims_;
  PlanTrial plan_trial_;  // used in a dry run
  StoragePublisher publisher_;
  Remover remover_;
};

}  // namespace reaper::sweep
