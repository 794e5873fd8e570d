#include "api/paused.hpp"

namespace reaper::api {
namespace {

assessment::Code code_of(Pause pause) {
  switch (pause) {
    case Pause::clock: return assessment::Code::clock_untrusted;
    case Pause::disabled: return assessment::Code::cleanup_disabled;
    case Pause::hung: return assessment::Code::hung;
    case Pause::no_gain: return assessment::Code::no_gain;
    case Pause::root: return assessment::Code::root_unusable;
  }
  return assessment::Code::root_unusable;
}

}  // namespace

std::vector<Pause> pauses_of(const assessment::Assessment& assessment) {
  std::vector<Pause> pauses;
  for (const Pause pause : k_pauses)
    if (assessment.find(code_of(pause)) != nullptr) pauses.push_back(pause);
  return pauses;
}

}  // namespace reaper::api
