#include "sweep/root_state.hpp"

#include "volume/root.hpp"

namespace reaper::sweep {

RootState state_of(const volume::Root& root) {
  RootState state{.volume = root.volume()};
  if (const auto space = root.space()) state.volume_bytes = space->total_bytes;
  return state;
}

}  // namespace reaper::sweep
