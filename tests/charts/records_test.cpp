#include "charts/records.hpp"

#include "support/catch.hpp"

#include <array>
#include <vector>

using reaper::charts::Records;

TEST_CASE("records are found by their position and do not move") {
  struct Record {
    std::size_t number = 0;
    std::array<char, 41> rest{};  // a size that is no power of two
  };
  Records<Record> records;
  CHECK(records.size() == 0);
  std::vector<const Record*> places;
  for (std::size_t i = 0; i < 5000; ++i) places.push_back(&records.push_back({i, {}}));
  REQUIRE(records.size() == 5000);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < 5000; ++i) wrong += records[i].number == i && &records[i] == places[i] ? 0U : 1U;
  CHECK(wrong == 0);
  records[4999].number = 7;
  CHECK(places[4999]->number == 7);
}
