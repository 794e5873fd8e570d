#include "charts/name_pool.hpp"

#include "support/catch.hpp"

#include <string>

using reaper::charts::NameId;
using reaper::charts::NamePool;

TEST_CASE("a name is kept once however many share it, until nobody does") {
  NamePool pool;
  const NameId first = pool.intern("x.png");
  CHECK(pool.intern(std::string("x.p") + "ng") == first);
  CHECK(pool.intern("y.png") != first);
  CHECK(pool[first] == "x.png");
  CHECK(pool[first].data()[5] == '\0');
  pool.release(first);
  CHECK(pool.find("x.png") == first);
  pool.release(first);
  CHECK(pool.find("x.png") == NamePool::k_none);
}

TEST_CASE("a name that is kept for one alone is not found by others") {
  NamePool pool;
  const NameId kept = pool.store_unique("A_1d");
  CHECK(pool[kept] == "A_1d");
  CHECK(pool.find("A_1d") == NamePool::k_none);
  CHECK(pool.intern("A_1d") != kept);
}

TEST_CASE("room of released names is used again") {
  NamePool pool;
  const NameId released = pool.intern("one.png");
  pool.release(released);
  CHECK(pool.intern("two.png") == released);
  CHECK(pool.find("one.png") == NamePool::k_none);
}

TEST_CASE("a name that was released is not remembered, also if it was the last one asked for") {
  NamePool pool;
  const NameId first = pool.intern("x.png");
  pool.release(first);
  const NameId other = pool.intern("y.png");
  CHECK(other == first);
  CHECK(pool.intern("x.png") != other);
  CHECK(pool.find("x.png") != other);
  CHECK(pool[other] == "y.png");
}

TEST_CASE("names of every length are kept, the empty one and the longest too") {
  NamePool pool;
  for (const std::size_t length : {0U, 1U, 2U, 3U, 255U, 4096U})
    CHECK(pool[pool.store_unique(std::string(length, 'n'))].size() == length);
  CHECK_THROWS(pool.intern(std::string(5000, 'n')));
}

TEST_CASE("ten thousand different names are told apart") {
  NamePool pool;
  for (int i = 0; i < 10'000; ++i) pool.intern(std::to_string(i));
  for (int i = 0; i < 10'000; ++i) CHECK(pool[pool.find(std::to_string(i))] == std::to_string(i));
}
