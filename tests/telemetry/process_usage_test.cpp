#include "telemetry/process_usage.hpp"

#include "support/catch.hpp"

#include <fcntl.h>

#include <chrono>

using namespace std::chrono_literals;
using namespace reaper;
using telemetry::parse_process_stat;

TEST_CASE("a program name with spaces or parentheses does not shift the fields") {
  const auto stat = parse_process_stat(
      "17 (a) (9 9) 1 1 S) S 1 2 3 0 -1 4194560 9 0 0 0 5 6 0 0 20 0 3 0 4242 1048576 25 18446744073709551615 1 1\n");
  REQUIRE(stat);
  CHECK(stat->start_ticks == 4242);
  CHECK(stat->virtual_bytes == 1048576);
  CHECK(stat->resident_pages == 25);
}

TEST_CASE("a malformed line of /proc/self/stat is refused") {
  for (const char* line :
       {"", "17", "17 (x", "17 (x)", "17 (x) S 1 2 3", "17 (x) S 1 2 3 0 -1 4 9 0 0 0 5 6 0 0 20 0 3 0 x 1 2"})
    CHECK_FALSE(parse_process_stat(line));
}

TEST_CASE("the usage is that of this process each time") {
  const base::SystemClock clock;
  const telemetry::ProcessObserver observer(clock);
  const telemetry::ProcessUsage before = observer.read();
  REQUIRE(before.open_descriptors);
  const base::FileDescriptor one_more(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const telemetry::ProcessUsage after = observer.read();
  CHECK(*after.open_descriptors == *before.open_descriptors + 1);
  REQUIRE(after.started);
  CHECK(*after.started <= clock.now() + 20ms);  // the kernel counts in ticks of 10 ms
  CHECK(*after.started > clock.now() - 1h);
  CHECK(after.cpu >= before.cpu);
  REQUIRE(after.resident_bytes);
  CHECK(*after.resident_bytes > 100'000);
  CHECK(*after.virtual_bytes >= *after.resident_bytes);
}
