#include "base/control_signals.hpp"

#include <csignal>
#include <initializer_list>

namespace reaper::base {

void block_control_signals() noexcept {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) sigaddset(&set, signal);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void ignore_stray_signals() noexcept {
  // It cannot fail: all of them may be ignored (signal(2)).
  for (const int signal : {SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2, SIGALRM}) std::signal(signal, SIG_IGN);
}

}  // namespace reaper::base
