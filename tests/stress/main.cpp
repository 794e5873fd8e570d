// Shows that no chart is lost if it is rewritten at the moment of its removal. Writer processes rewrite charts exactly
// where the cleaner removes them, and then check that the charts they finished exist.

#include "cleaner.hpp"
#include "cost.hpp"
#include "options.hpp"
#include "report.hpp"
#include "shared.hpp"
#include "workspace.hpp"
#include "writer.hpp"

#include "volume/system.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <system_error>
#include <vector>

namespace {

using namespace stress;

constexpr int k_lost = 1;

enum class Role { cleaner, writer };

/// Gives the cleaner the first processor and the writers all others. On a shared processor a writer would only run
/// while the cleaner pauses, and they would hardly ever meet. If the kernel refuses, the run is only less dense.
void take_processor(Role role) {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) < 0 || CPU_COUNT(&allowed) < 2) return;
  std::size_t first = 0;
  while (!CPU_ISSET(first, &allowed)) ++first;
  cpu_set_t mine;
  CPU_ZERO(&mine);
  if (role == Role::cleaner) {
    CPU_SET(first, &mine);
  } else {
    mine = allowed;
    CPU_CLR(first, &mine);
  }
  ::sched_setaffinity(0, sizeof mine, &mine);
  // The usual timer slack would extend waits of a few microseconds.
  ::prctl(PR_SET_TIMERSLACK, 1000);
}

[[noreturn]] void be_writer(const Options& options, const Workspace& workspace, Shared& shared, unsigned number) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  take_processor(Role::writer);
  try {
    Writer(options, workspace.path(), shared, number).run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "removal_stress: {}\n", error.what());
    ::_exit(EX_SOFTWARE);
  }
  ::_exit(EX_OK);  // skips the destructors: the workspace belongs to the parent
}

/// Starts the writers as processes other than the cleaner, as in production: a process's own writers do not break its
/// leases in the same way.
std::vector<pid_t> start_writers(const Options& options, const Workspace& workspace, Shared& shared) {
  std::vector<pid_t> writers;
  for (unsigned number = 0; number < options.writers; ++number) {
    const pid_t writer = ::fork();
    if (writer < 0) throw std::system_error(errno, std::system_category(), "fork");
    if (writer == 0) be_writer(options, workspace, shared, number);
    writers.push_back(writer);
  }
  return writers;
}

bool all_ended_well(const std::vector<pid_t>& writers) {
  bool well = true;
  for (const pid_t writer : writers) {
    int status = 0;
    well = ::waitpid(writer, &status, 0) == writer && WIFEXITED(status) && WEXITSTATUS(status) == EX_OK && well;
  }
  return well;
}

/// Works as another user while it exists. Only the effective ids change, and with them the right to lease files of
/// other users (capabilities(7)).
class OtherUser {
 public:
  explicit OtherUser(uid_t user) {
    if (::setgroups(0, nullptr) < 0 || ::setegid(user) < 0 || ::seteuid(user) < 0)
      throw std::system_error(errno, std::system_category(), "seteuid");
  }
  OtherUser(const OtherUser&) = delete;
  OtherUser& operator=(const OtherUser&) = delete;
  ~OtherUser() {
    if (::seteuid(0) < 0 || ::setegid(0) < 0) std::terminate();
  }
};

CleanerFigures clean(const Options& options, const Workspace& workspace, Shared& shared) {
  take_processor(Role::cleaner);
  std::optional<OtherUser> other;
  if (options.cleaner_user) other.emplace(*options.cleaner_user);
  return Cleaner(options, workspace, shared).run();
}

int run(const Options& options) {
  ::umask(0002);
  const Workspace workspace(options.root, options.charts, options.cleaner_user);
  const std::string volume = volume_type(workspace.path());
  if (options.cost) {
    print_cost(options, volume, measure_cost(options, workspace));
    return EX_OK;
  }
  const SharedMemory memory;
  const std::vector<pid_t> writers = start_writers(options, workspace, *memory);
  const CleanerFigures cleaner = clean(options, workspace, *memory);
  const bool well = all_ended_well(writers);
  const WriterTotals totals = total_of(*memory);
  print_report(options, volume, cleaner, totals);
  if (!well) return EX_SOFTWARE;
  const bool lost = totals.lost() != 0 || cleaner.left_in_quarantine != 0;
  return lost && options.protocol != Protocol::plain ? k_lost : EX_OK;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::optional<Options> options = parse_options(argc, argv);
    if (!options) return EX_OK;
    reaper::volume::block_lease_signal();
    return run(*options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "removal_stress: {}\n", error.what());
    return EX_SOFTWARE;
  }
}
