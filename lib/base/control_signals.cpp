#include "base/control_signals.hpp"

#include <csignal>
#include <initializer_list>

namespace reaper::base {

void hold_back_control_signals() noexcept {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace reaper::base
