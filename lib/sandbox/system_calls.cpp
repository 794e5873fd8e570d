#include "sandbox/system_calls.hpp"

#include "sandbox/call_list.hpp"

#include <seccomp.h>

#include <cerrno>
#include <memory>

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
  constexpr std::uint32_t k_binary_tree = 2;  // the list is long, and every call is looked up in it
  if (auto set = checked(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS)); !set) return set;
  if (auto set = checked(seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0)); !set) return set;  // is set already
  if (auto set = checked(seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1)); !set) return set;
  // Before Linux 5.16 a filter slows every thread down against Spectre 4; no foreign code runs here.
  if (auto set = checked(seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1)); !set) return set;
  return checked(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, k_binary_tree));
}

Result<void> add_rules(void* filter, MayAppend may_append) {
  // A call that this architecture has not got is passed over by libseccomp.
  for (const int call : always_allowed()) {
    if (auto added = checked(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0)); !added) return added;
  }
  for (const int call : deadly()) {
    if (auto added = checked(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0)); !added) return added;
  }
  for (const ConditionalCall& allowed : conditionally_allowed(may_append)) {
    const scmp_arg_cmp condition{allowed.argument, SCMP_CMP_MASKED_EQ, allowed.mask, allowed.value};
    if (auto added = checked(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, allowed.call, 1, &condition)); !added)
      return added;
  }
  return {};
}

}  // namespace

Result<void> restrict_system_calls(MayAppend may_append) {
  const OwnedFilter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (!filter) return base::errno_error(ENOMEM, "seccomp");
  if (auto set = set_attributes(filter.get()); !set) return set;
  if (auto added = add_rules(filter.get(), may_append); !added) return added;
  return checked(seccomp_load(filter.get()));
}

}  // namespace reaper::sandbox
