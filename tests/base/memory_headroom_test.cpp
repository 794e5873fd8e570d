#include "base/memory_headroom.hpp"

#include "support/catch.hpp"

#include <sys/resource.h>

TEST_CASE("headroom is really allocated, and freed") {
  constexpr std::size_t k_bytes = std::size_t{64} << 20U;
  const auto peak_kib = [] {
    rusage usage{};
    REQUIRE(::getrusage(RUSAGE_SELF, &usage) == 0);
    return usage.ru_maxrss;
  };
  reaper::base::make_headroom(k_bytes);
  const long peak = peak_kib();
  CHECK(peak >= static_cast<long>(k_bytes / 1024));
  reaper::base::make_headroom(k_bytes);
  CHECK(peak_kib() < peak + static_cast<long>(k_bytes / 2048));
}
