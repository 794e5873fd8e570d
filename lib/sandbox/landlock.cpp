#include "sandbox/landlock.hpp"

#include "base/file_descriptor.hpp"
#include "sandbox/parent_directories.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace reaper::sandbox {
namespace {

using base::Result;

// The interface of <linux/landlock.h> from version 6, because the build machine's header may be older than the kernel
// at run time. The call numbers are the same on all architectures.
constexpr long k_create_ruleset = 444;
constexpr long k_add_rule = 445;
constexpr long k_restrict_self = 446;
constexpr std::uint32_t k_ask_version = 1;
constexpr int k_rule_path_beneath = 1;

struct RulesetAttributes {
  std::uint64_t handled_fs = 0;
  std::uint64_t handled_net = 0;
  std::uint64_t scoped = 0;
};

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed = 0;
  std::int32_t directory = -1;
};

constexpr std::uint64_t k_write_file = 1U << 1U;
constexpr std::uint64_t k_read_file = 1U << 2U;
constexpr std::uint64_t k_read_dir = 1U << 3U;
constexpr std::uint64_t k_remove_dir = 1U << 4U;
constexpr std::uint64_t k_remove_file = 1U << 5U;
constexpr std::uint64_t k_make_regular = 1U << 8U;

/// The rights for a single file. The kernel refuses all others in a rule for a file.
constexpr std::uint64_t k_file_rights = k_write_file | k_read_file;

/// The rights to quarantine, put back and remove charts. A rename or link needs the right to create a regular file.
/// Writing is not included. Neither is the creation of symbolic links, which could mislead the charts' writer.
constexpr std::uint64_t k_root_rights = k_read_file | k_read_dir | k_remove_dir | k_remove_file | k_make_regular;

constexpr std::uint64_t k_append_rights = k_write_file | k_make_regular;

/// Returns every right that a version knows. The kernel refuses those that no rule allows.
std::uint64_t file_rights_known_to(int version) {
  if (version >= 5) return (1U << 16U) - 1;  // ioctl on devices
  if (version >= 3) return (1U << 15U) - 1;  // truncate
  if (version >= 2) return (1U << 14U) - 1;  // link and rename into another directory
  return (1U << 13U) - 1;
}

RulesetAttributes attributes_for(int version) {
  constexpr std::uint64_t k_bind_and_connect = 3;
  constexpr std::uint64_t k_abstract_sockets = 1;
  RulesetAttributes attributes{.handled_fs = file_rights_known_to(version)};
  if (version >= k_landlock_with_tcp) attributes.handled_net = k_bind_and_connect;
  // Signals are not restricted: before Linux 6.15 that would also block signals between threads, such as the one for a
  // lease break.
  if (version >= 6) attributes.scoped = k_abstract_sockets;
  return attributes;
}

/// Allows the rights below a directory or for a file. A path that does not exist or cannot be reached needs no rule.
Result<void> allow(int ruleset, const std::string& path, std::uint64_t rights) {
  const base::FileDescriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place) return {};
  struct stat status {};
  if (::fstat(place.get(), &status) != 0) return base::last_error("fstat", path);
  PathBeneath rule{.allowed = S_ISDIR(status.st_mode) ? rights : rights & k_file_rights, .directory = place.get()};
  if (rule.allowed == 0) return {};
  if (::syscall(k_add_rule, ruleset, k_rule_path_beneath, &rule, 0) != 0)
    return base::last_error("landlock_add_rule", path);
  return {};
}

Result<void> allow_all(int ruleset, const std::vector<std::string>& paths, std::uint64_t rights) {
  for (const std::string& path : paths) {
    for (const std::string& place : parent_directories(path)) {
      if (auto allowed = allow(ruleset, place, rights); !allowed) return allowed;
    }
  }
  return {};
}

Result<void> allow_needs(int ruleset, const Needs& needs) {
  // The root also gets a rule of its own, because it may be directly below /.
  if (auto allowed = allow(ruleset, needs.root, k_root_rights); !allowed) return allowed;
  if (auto allowed = allow_all(ruleset, {needs.root}, k_root_rights); !allowed) return allowed;
  if (auto allowed = allow_all(ruleset, needs.read, k_read_file); !allowed) return allowed;
  if (auto allowed = allow_all(ruleset, needs.append, k_append_rights); !allowed) return allowed;
  return allow_all(ruleset, needs.remove, k_remove_file);
}

}  // namespace

Result<int> landlock_version() {
  const long version = ::syscall(k_create_ruleset, nullptr, 0, k_ask_version);
  if (version < 0) return base::last_error("landlock_create_ruleset");
  return static_cast<int>(version);
}

Result<int> restrict_files(const Needs& needs) {
  const auto version = landlock_version();
  if (!version) return version.error();
  const RulesetAttributes attributes = attributes_for(*version);
  // Older kernels accept the longer structure as long as the unknown part is zero.
  const base::FileDescriptor ruleset(static_cast<int>(::syscall(k_create_ruleset, &attributes, sizeof attributes, 0)));
  if (!ruleset) return base::last_error("landlock_create_ruleset");
  if (auto allowed = allow_needs(ruleset.get(), needs); !allowed) return allowed.error();
  if (::syscall(k_restrict_self, ruleset.get(), 0) != 0) return base::last_error("landlock_restrict_self");
  return *version;
}

}  // namespace reaper::sandbox
