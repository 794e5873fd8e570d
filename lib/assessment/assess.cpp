#include "assessment/assess.hpp"

#include "assessment/rules.hpp"

#include <algorithm>
#include <utility>

namespace reaper::assessment {
namespace {

Status status_of(const std::vector<Problem>& worst_first) {
  if (worst_first.empty()) return Status::ok;
  switch (worst_first.front().severity) {
    case Severity::critical: return Status::failing;
    case Severity::warning: return Status::limited;
    case Severity::info: return Status::ok;
  }
  return Status::ok;
}

bool is_worse(const Problem& left, const Problem& right) {
  return std::pair(right.severity, left.code) < std::pair(left.severity, right.code);
}

}  // namespace

const Problem* Assessment::find(Code code) const {
  const auto found = std::ranges::find(problems, code, &Problem::code);
  return found == problems.end() ? nullptr : &*found;
}

Assessment assess(const Facts& facts, const Assessment& before) {
  std::vector<Finding> findings;
  judge_volume(facts, before, findings);
  judge_limit(facts, before, findings);
  judge_sweeps(facts, findings);
  judge_settings(facts, findings);
  Assessment result;
  for (Finding& finding : findings) {
    const auto held = before.holding.find(finding.problem.code);
    const auto since = held == before.holding.end() ? Assessment::Since{facts.now, facts.boot_now} : held->second;
    result.holding.emplace(finding.problem.code, since);
    if (facts.boot_now - since.boot < finding.begins_after) continue;
    finding.problem.since = since.time;
    result.problems.push_back(std::move(finding.problem));
  }
  std::ranges::sort(result.problems, is_worse);
  result.status = status_of(result.problems);
  return result;
}

std::vector<Problem> problems_only_in(const Assessment& one, const Assessment& other) {
  std::vector<Problem> only;
  for (const Problem& problem : one.problems)
    if (other.find(problem.code) == nullptr) only.push_back(problem);
  return only;
}

}  // namespace reaper::assessment
