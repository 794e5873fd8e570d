#include "volume/pending_names.hpp"

#include "support/catch.hpp"

#include <string>

using reaper::volume::PendingNames;

TEST_CASE("names are taken in the order of adding, however many there are") {
  PendingNames names;
  CHECK(names.take() == nullptr);
  constexpr int k_names = 10'000;
  for (int i = 0; i < k_names; ++i) names.add("NIFTY 50_" + std::to_string(i) + "day");
  CHECK(names.count() == k_names);
  bool in_order = true;
  for (int i = 0; i < k_names; ++i) {
    const char* const name = names.take();
    REQUIRE(name != nullptr);
    in_order = in_order && name == "NIFTY 50_" + std::to_string(i) + "day";
  }
  CHECK(in_order);
  CHECK(names.count() == 0);
  CHECK(names.take() == nullptr);
}

TEST_CASE("names may be added while others are taken") {
  PendingNames names;
  names.add("A_1d");
  CHECK(names.take() == std::string("A_1d"));
  CHECK(names.take() == nullptr);
  names.add("B_1d");
  CHECK(names.take() == std::string("B_1d"));
  CHECK(names.take() == nullptr);
}
