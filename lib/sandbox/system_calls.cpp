#include "sandbox/system_calls.hpp"

#include "sandbox/call_list.hpp"

#include <seccomp.h>

#include <cerrno>
#include <memory>
#include <vector>

namespace reaper::sandbox {
namespace {

using base::Result;

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

using OwnedFilter = std::unique_ptr<void, Release>;

/// libseccomp's functions return 0 or a negative errno.
Result<void> checked(int result) {
  if (result < 0) return base::errno_error(-result, "seccomp");
  return {};
}

Result<void> set_attributes(void* filter) {
  constexpr std::uint32_t k_binary_tree = 2;  // the list is long, and every call is searched in it
  if (auto set = checked(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS)); !set) return set;
  if (auto set = checked(seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0)); !set) return set;  // set already
  if (auto set = checked(seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1)); !set) return set;
  // Before Linux 5.16 a filter slows every thread down to protect against Spectre 4. No foreign code runs here.
  if (auto set = checked(seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1)); !set) return set;
  return checked(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, k_binary_tree));
}

Result<void> allow_if(void* filter, const ConditionalCall& allowed) {
  std::vector<scmp_arg_cmp> comparisons;
  for (const ArgumentCondition& condition : allowed.conditions)
    comparisons.push_back({condition.argument, SCMP_CMP_MASKED_EQ, condition.mask, condition.value});
  const auto count = static_cast<unsigned>(comparisons.size());
  return checked(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, allowed.call, count, comparisons.data()));
}

Result<void> add_rules(void* filter, const Needs& needs) {
  // libseccomp skips calls that this architecture lacks.
  for (const int call : always_allowed()) {
    if (auto added = checked(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0)); !added) return added;
  }
  for (const int call : killing_calls()) {
    if (auto added = checked(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0)); !added) return added;
  }
  for (const ConditionalCall& allowed : conditionally_allowed(needs)) {
    if (auto added = allow_if(filter, allowed); !added) return added;
  }
  return {};
}

}  // namespace

Result<void> restrict_system_calls(const Needs& needs) {
  const OwnedFilter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (!filter) return base::errno_error(ENOMEM, "seccomp");
  if (auto set = set_attributes(filter.get()); !set) return set;
  if (auto added = add_rules(filter.get(), needs); !added) return added;
  return checked(seccomp_load(filter.get()));
}

}  // namespace reaper::sandbox
