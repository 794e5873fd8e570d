#include "api/status_line.hpp"

#include "base/size.hpp"

#include <fmt/format.h>

#include <memory>

namespace reaper::api {

std::string status_line(const sweep::SweepOperations& sweeps, const GivenLimits& limits) {
  if (!sweeps.problem().empty()) return sweeps.problem();
  const std::shared_ptr<const sweep::Storage> storage = sweeps.last_storage();
  if (!storage || !storage->complete) return {};
  return fmt::format("{} charts, {:.1f} of {} MB ({:.0f} %)", storage->files, base::to_mebibytes(storage->bytes),
                     limits.max_size_mb, 100 * usage_ratio(*storage, limits));
}

}  // namespace reaper::api
