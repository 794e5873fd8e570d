#include "volume/system_limits.hpp"

#include <fcntl.h>

#include <algorithm>

namespace reaper::volume {
namespace {

base::FileDescriptor open_file(const std::string& path) {
  return base::FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

SystemLimitsReader::SystemLimitsReader(const std::string& proc)
    : memory_(proc + "/self"),
      user_watches_(open_file(proc + "/sys/fs/inotify/max_user_watches")),
      namespace_watches_(open_file(proc + "/sys/user/max_inotify_watches")) {}

SystemLimits SystemLimitsReader::read() const {
  const auto user = base::read_number(user_watches_);
  const auto in_namespace = base::read_number(namespace_watches_);
  return {memory_.bytes(),
          user && in_namespace ? std::min(*user, *in_namespace)
          : user               ? user
                               : in_namespace,
          memory_.free_bytes()};
}

}  // namespace reaper::volume
