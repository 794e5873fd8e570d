// The main function of every test program.

#define CATCH_CONFIG_RUNNER
#include "support/catch.hpp"
#include "volume/system.hpp"

#include <csignal>

int main(int argc, char** argv) {
  // The daemon does the same before it starts a thread.
  std::signal(SIGPIPE, SIG_IGN);
  reaper::volume::block_lease_signal();
  return Catch::Session().run(argc, argv);
}
