#include "api/status_line.hpp"

#include "api/limit_figures.hpp"
#include "base/size.hpp"
#include "base/words.hpp"

#include <fmt/format.h>

#include <memory>

namespace reaper::api {

std::string status_line(const sweep::Snapshot& known, std::uint64_t limit_bytes,
                        const assessment::Assessment& assessment) {
  std::string line;
  const std::shared_ptr<const sweep::Storage>& storage = known.storage;
  if (storage)
    line = fmt::format("{}, {:.1f} of {} MB ({:.0f} %)", base::count_in_words(storage->files, "chart", "charts"),
                       base::to_mebibytes(storage->bytes), limit_in_mebibytes(limit_bytes),
                       100 * usage_ratio(*storage, limit_bytes));
  if (assessment.status == assessment::Status::ok) return line;
  const std::string& worst = assessment.problems.front().sentence;
  return line.empty() ? worst : fmt::format("{}. {}", line, worst);
}

}  // namespace reaper::api
