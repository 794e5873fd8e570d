#include "api/status_line.hpp"

#include "base/size.hpp"

#include <fmt/format.h>

#include <memory>

namespace reaper::api {

std::string status_line(const sweep::Snapshot& known, const GivenLimits& limits) {
  if (!known.problem.empty()) return known.problem;
  const std::shared_ptr<const sweep::Storage>& storage = known.storage;
  if (!storage || !storage->complete) return {};
  return fmt::format("{} charts, {:.1f} of {} MB ({:.0f} %)", storage->files, base::to_mebibytes(storage->bytes),
                     limits.max_size_mb, 100 * usage_ratio(*storage, limits));
}

}  // namespace reaper::api
