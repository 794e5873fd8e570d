#include "sweep/volume_line.hpp"

#include "support/capture.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"

#include <chrono>
#include <string>

using namespace reaper;

TEST_CASE("the log has the volume in one line, without promises that are not known") {
  const test::ManualClock clock;
  const test::Capture capture = test::capture_pipe();
  telemetry::Log log(clock, capture.writer.get());
  volume::VolumeTraits traits;
  traits.type = "fuse.new";
  traits.no_replace = volume::Trait::no;
  traits.call_time = std::chrono::microseconds(7);
  sweep::log_volume(log, traits);
  const std::string line = capture.take();
  CHECK(
      line.starts_with("Volume: type=fuse.new kind=unknown leases=no locks=unknown rename=unknown no_replace=false "
                       "time_granularity=unknown removal=network call_us=7"));
}
