#include "sandbox/child.hpp"
#include "sandbox/sandbox.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <seccomp.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <thread>

// Kernels and containers without some part of the sandbox, simulated by a filter of system calls.

using namespace reaper;
using test::Ended;
using test::in_child;
using test::k_fine;

namespace {

const sandbox::Part& part(const sandbox::Parts& parts, std::string_view name) {
  return *std::ranges::find(parts, name, &sandbox::Part::name);
}

/// Enters the sandbox while these calls fail. Returns 0 if exactly the named parts are missing.
int missing_without(const std::vector<int>& calls, int error_number, const std::vector<std::string_view>& expected) {
  test::forbid(calls, error_number);
  const sandbox::Parts parts = sandbox::enter({.root = "/nowhere", .read = {}, .append = {}, .remove = {}});
  for (const sandbox::Part& each : parts) {
    const bool should_be_missing = std::ranges::find(expected, each.name) != expected.end();
    // Older kernels have no Landlock rules for TCP in any case.
    if (each.active == should_be_missing && each.name != "network") return EINVAL;
    if (each.detail.empty()) return EINVAL;
  }
  return 0;
}

}  // namespace

TEST_CASE("without Landlock the other parts are entered") {
  if (!sandbox::k_is_possible) return;
  for (const int error_number : {ENOSYS, EOPNOTSUPP, EPERM}) {
    CAPTURE(error_number);
    CHECK(in_child([&] {
            return missing_without({SCMP_SYS(landlock_create_ruleset)}, error_number, {"files", "network"});
          }) == k_fine);
  }
}

TEST_CASE("without seccomp the other parts are entered") {
  if (!sandbox::k_is_possible) return;
  CHECK(in_child([] { return missing_without({SCMP_SYS(seccomp)}, ENOSYS, {"system_calls"}); }) == k_fine);
}

TEST_CASE("a process that already has threads learns that Landlock would not apply to them") {
  if (!sandbox::k_is_possible) return;
  CHECK(in_child([] {
          std::promise<void> end;
          std::thread thread([&] { end.get_future().wait(); });
          const sandbox::Parts parts = sandbox::enter({.root = "/nowhere", .read = {}, .append = {}, .remove = {}});
          end.set_value();
          thread.join();
          const bool said =
              !part(parts, "files").active && part(parts, "files").detail == "1 threads were started before it";
          return said && part(parts, "system_calls").active ? 0 : EINVAL;
        }) == k_fine);
}

TEST_CASE("the parts are listed for people") {
  sandbox::Parts parts = sandbox::not_entered("CHART_SANDBOX is off");
  CHECK(sandbox::list_parts(parts, true).empty());
  parts[2] = {"files", true, "Landlock 7"};
  parts[4] = {"system_calls", true, "seccomp"};
  CHECK(sandbox::list_parts(parts, true) == "files (Landlock 7), system_calls (seccomp)");
  CHECK(sandbox::list_parts(parts, false) ==
        "privileges (CHART_SANDBOX is off), process (CHART_SANDBOX is off), network (CHART_SANDBOX is off)");
}
