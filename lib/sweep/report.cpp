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

}  // namespace reaper::sweep
