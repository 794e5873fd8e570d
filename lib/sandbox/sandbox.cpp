#include "sandbox/sandbox.hpp"

#include "sandbox/landlock.hpp"
#include "sandbox/system_calls.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

namespace reaper::sandbox {
namespace {

using base::Result;

constexpr std::array<std::string_view, 5> k_names{"privileges", "process", "files", "network", "system_calls"};

Part active(std::size_t index, std::string detail) { return {k_names.at(index), true, std::move(detail)}; }
Part missing(std::size_t index, std::string detail) { return {k_names.at(index), false, std::move(detail)}; }

Part give_up_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) return active(0, "no_new_privs");
  return missing(0, base::last_error("prctl PR_SET_NO_NEW_PRIVS").message());
}

Result<void> lower(__rlimit_resource resource, const char* name) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0) return base::last_error("getrlimit", name);
  limit.rlim_max = resource == RLIMIT_CORE ? 0 : limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(resource, &limit) != 0) return base::last_error("setrlimit", name);
  return {};
}

/// RLIMIT_NPROC is not lowered, because it would count the user's other processes and the threads. RLIMIT_FSIZE is not
/// lowered, because standard error may be a file. The system call list and Landlock enforce the same.
Part close_process() {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return missing(1, base::last_error("prctl PR_SET_DUMPABLE").message());
  if (const auto lowered = lower(RLIMIT_CORE, "RLIMIT_CORE"); !lowered) return missing(1, lowered.error().message());
  if (const auto lowered = lower(RLIMIT_NOFILE, "RLIMIT_NOFILE"); !lowered)
    return missing(1, lowered.error().message());
  return active(1, "not dumpable, rlimits");
}

/// Returns the number of threads of the process; 1 if /proc is not available.
std::ptrdiff_t count_threads() {
  std::error_code error;
  const std::filesystem::directory_iterator threads("/proc/self/task", error);
  return error ? 1 : std::distance(begin(threads), end(threads));
}

struct FilesAndNetwork {
  Part files;
  Part network;
};

FilesAndNetwork restrict_files_and_network(const Needs& needs) {
  if (const std::ptrdiff_t threads = count_threads(); threads != 1) {
    const std::string reason = fmt::format("{} threads were started before it", threads - 1);
    return {missing(2, reason), missing(3, reason)};
  }
  const auto version = restrict_files(needs);
  if (!version) return {missing(2, version.error().message()), missing(3, version.error().message())};
  const std::string detail = fmt::format("Landlock {}", *version);
  if (*version >= k_landlock_with_tcp) return {active(2, detail), active(3, detail)};
  return {active(2, detail),
          missing(3, fmt::format("needs Landlock {}, this kernel has {}", k_landlock_with_tcp, *version))};
}

Part restrict_calls(const Needs& needs) {
  const auto restricted = restrict_system_calls(needs);
  if (!restricted) return missing(4, restricted.error().message());
  return active(4, "seccomp");
}

}  // namespace

Parts enter(const Needs& needs) {
  if (!k_is_possible) return not_entered("built with a sanitizer");
  Part privileges = give_up_privileges();
  Part process = close_process();
  auto [files, network] = restrict_files_and_network(needs);
  // Last, because it forbids the calls that set up the other parts.
  Part system_calls = restrict_calls(needs);
  return {std::move(privileges), std::move(process), std::move(files), std::move(network), std::move(system_calls)};
}

Parts not_entered(std::string_view reason) {
  Parts parts;
  for (std::size_t i = 0; i < parts.size(); ++i) parts.at(i) = missing(i, std::string(reason));
  return parts;
}

std::string list_parts(const Parts& parts, bool active) {
  std::string list;
  for (const Part& part : parts) {
    if (part.active != active) continue;
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", part.name, part.detail);
  }
  return list;
}

}  // namespace reaper::sandbox
