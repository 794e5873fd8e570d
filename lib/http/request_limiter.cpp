#include "http/request_limiter.hpp"

namespace reaper::http {
namespace {

bool has_room(std::size_t count, Priority priority, const ServerLimits& limits) {
  switch (priority) {
    case Priority::immediate: return true;
    case Priority::probe: return count < limits.under_way;
    case Priority::question: return count < limits.questions_under_way;
    case Priority::ordinary: break;
  }
  return count < limits.ordinary_under_way;
}

}  // namespace

RequestLimiter::Permit RequestLimiter::enter(Priority priority, const ServerLimits& limits) {
  if (!has_room(count_, priority, limits)) return {};
  ++count_;
  return Permit(this);
}

}  // namespace reaper::http
