#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/pass_context.hpp"
#include "sweep/policy.hpp"
#include "sweep/report_builder.hpp"
#include "sweep/space_account.hpp"
#include "sweep/storage_publisher.hpp"
#include "volume/failures.hpp"
#include "volume/fallbacks.hpp"
#include "volume/removal_result.hpp"

#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace reaper::sweep {

/// Removes the charts of one pass, and passes each outcome to the catalog, the report and the free space account.
class Remover {
 public:
  /// Makes a further plan; empty if nothing else is due now.
  using NextPlan = std::function<std::vector<retention::Removal>()>;

  /// The parts of a pass that the remover works with.
  struct Parts {
    const PassContext& context;
    const Policy& policy;
    std::stop_token stop;
    ReportBuilder& report_builder;
    SpaceAccount& space;
    StoragePublisher& publisher;
    volume::Failures& failures;
    volume::Fallbacks& fallbacks;
  };

  explicit Remover(Parts parts) : in_(std::move(parts)) {}

  /// Removes the charts in this order. Charts of further plans are quarantined while the last ones wait for their grace
  /// time.
  void remove(std::vector<const retention::Removal*> plan, const NextPlan& next_plan = {});

  /// Removes the directories that are empty and have not changed since `unchanged_since`.
  void remove_directories(const std::vector<std::string>& paths, base::FileTime unchanged_since);

 private:
  void record(const retention::Removal& removal, const volume::RemovalResult& result);

  Parts in_;
};

}  // namespace reaper::sweep
