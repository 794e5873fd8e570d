#pragma once

#include "base/clock.hpp"
#include "retention/policy.hpp"
#include "sweep/report.hpp"
#include "sweep/space_account.hpp"

#include <memory>

namespace reaper::sweep {

/// The limits for the charts that the live catalog knows: those that it has only counted take their part of the size.
[[nodiscard]] retention::Limits limits_for(const live::LiveCatalog& live, retention::Limits limits);

/// The figures of what is known to be on the volume at `now`, and when there will be too little room.
[[nodiscard]] std::shared_ptr<Storage> storage_of(const SpaceAccount::Parts& parts, const retention::Limits& limits,
                                                  base::FileTime now);

}  // namespace reaper::sweep
