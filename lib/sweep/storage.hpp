#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/report.hpp"
#include "sweep/space_account.hpp"

#include <memory>

namespace reaper::sweep {

/// Returns the limits for the charts in the catalog. The size of the charts that are only counted is subtracted.
[[nodiscard]] retention::Limits limits_for(const live::LiveCatalog& live, retention::Limits limits);

/// Returns the figures of the volume at `now`, from the catalog and the file system.
[[nodiscard]] std::shared_ptr<Storage> storage_of(const SpaceAccount::Parts& parts, const retention::Limits& limits,
                                                  base::FileTime now);

}  // namespace reaper::sweep
