#include "sweep/report.hpp"

namespace reaper::sweep {

std::string_view to_string(Trigger trigger) {
  switch (trigger) {
    case Trigger::start: return "start";
    case Trigger::timer: return "timer";
    case Trigger::limit: return "limit";
    case Trigger::request: return "request";
    case Trigger::command: return "command";
  }
  return "unknown";
}

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::retention: return "retention";
    case Scope::set: return "set";
    case Scope::everything: return "everything";
  }
  return "unknown";
}

std::uint64_t Report::skipped_as(std::string_view why) const {
  const auto entry = skipped.find(why);
  return entry == skipped.end() ? 0 : entry->second;
}

bool Report::nothing_could_be_done() const {
  if (problem) return true;
  if (errors == 0 || files_removed + gone + directories_removed != 0) return false;
  // A requested set that is unreadable may hold charts.
  if (due + directories_failed == 0) return request.scope != Scope::retention;
  if (request.dry_run == DryRun::yes) return false;
  const bool writers_keep_all = due != 0 && skipped_as("busy") + skipped_as("changed") == due;
  return !writers_keep_all || errors_by_operation.contains(std::string(k_left_charts));
}

}  // namespace reaper::sweep
