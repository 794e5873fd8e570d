#include "live/catalog_room.hpp"

#include "support/catch.hpp"

#include <string>

using reaper::live::CatalogRoom;
using reaper::live::WatchBudget;
namespace charts = reaper::charts;
namespace volume = reaper::volume;

TEST_CASE("without limits there is room for everything") {
  const charts::Catalog catalog;
  CatalogRoom room(catalog, {});
  room.read_limits();
  room.set_waiting(1'000'000'000);
  CHECK(room.has_room(1'000'000'000));
  CHECK(room.allows(1'000'000'000));
  CHECK_FALSE(room.max_watches().has_value());
}

TEST_CASE("the limits are those of the last reading, and directories that wait for a scan need room") {
  charts::Catalog catalog;
  volume::SystemLimits limits;
  CatalogRoom room(catalog, [&] { return limits; });
  // Half of the memory limit is the reserve.
  limits.memory_bytes = 2 * (10 * WatchBudget::k_watch_bytes + catalog.memory_bytes());
  CHECK_FALSE(room.max_watches().has_value());
  room.read_limits();
  CHECK(room.limits().memory_bytes == limits.memory_bytes);
  CHECK(room.max_watches() == 10);
  CHECK(room.allows(10));
  CHECK_FALSE(room.allows(11));
  CHECK(room.has_room(10));
  CHECK_FALSE(room.has_room(11));
  room.set_waiting(100);
  CHECK_FALSE(room.allows(10));
  CHECK(room.allows_later(10));
  room.set_waiting(0);
  CHECK(room.allows(10));
  // A growing catalog leaves less memory for watches.
  for (int i = 0; i < 100; ++i) catalog.put(charts::k_root, std::to_string(i) + ".png", charts::ChartState{});
  CHECK(room.max_watches() < 10);
}
