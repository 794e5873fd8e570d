#include "sweep/audit.hpp"

#include "base/json_number.hpp"
#include "base/printable.hpp"

namespace reaper::sweep {

boost::json::object audit_line(const Report& report, const RemovedChart& chart, std::uint64_t freed_bytes) {
  boost::json::object line;
  // JSON cannot hold the arbitrary bytes of paths, so write them as the log does.
  line.emplace("path", base::printable(chart.path));
  line.emplace("reason", retention::to_string(chart.reason));
  line.emplace("size_bytes", chart.size_bytes);
  line.emplace("freed_bytes", freed_bytes);
  line.emplace("age_seconds", base::rounded(std::chrono::duration<double>(chart.age).count(), 3));
  line.emplace("sweep", base::rfc3339(report.started));
  line.emplace("trigger", to_string(report.request.trigger));
  line.emplace("scope", to_string(report.request.scope));
  if (!report.request.asked_by.empty()) line.emplace("asked_by", base::printable(report.request.asked_by));
  return line;
}

}  // namespace reaper::sweep
