#include "base/control_signals.hpp"

#include "support/catch.hpp"

#include <csignal>
#include <thread>

TEST_CASE("a thread can block the control signals and no others") {
  // Runs in a new thread, because the signal mask stays.
  bool held_back = true;
  bool others = false;
  std::thread([&] {
    reaper::base::block_control_signals();
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) held_back = held_back && sigismember(&mask, signal) == 1;
    others = sigismember(&mask, SIGSEGV) == 1;
  }).join();
  CHECK(held_back);
  CHECK_FALSE(others);
}
