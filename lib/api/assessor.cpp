#include "api/assessor.hpp"

#include "api/facts.hpp"
#include "api/problem_log.hpp"

namespace reaper::api {

const assessment::Assessment& Assessor::assess() {
  assessment::Facts facts = facts_of(parts_.sweeps.snapshot(), parts_.sweeps.progress(), settings_);
  facts.now = parts_.clock.now();
  facts.boot_now = parts_.clock.since_boot();
  facts.hang = parts_.hang();
  assessment::Assessment now = assessment::assess(facts, last_);
  log_changes(parts_.log, {last_, now}, facts.boot_now);
  last_ = std::move(now);
  return last_;
}

}  // namespace reaper::api
