#include "charts/name_pool.hpp"

#include "support/catch.hpp"

#include <string>

using reaper::charts::NameId;
using reaper::charts::NamePool;

TEST_CASE("a shared name is stored once, until its last user releases it") {
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

TEST_CASE("a name that is stored as unique is not found") {
  NamePool pool;
  const NameId kept = pool.store_unique("A_1d");
  CHECK(pool[kept] == "A_1d");
  CHECK(pool.find("A_1d") == NamePool::k_none);
  CHECK(pool.intern("A_1d") != kept);
}

TEST_CASE("the memory of released names is used again") {
  NamePool pool;
  const NameId released = pool.intern("one.png");
  pool.release(released);
  CHECK(pool.intern("two.png") == released);
  CHECK(pool.find("one.png") == NamePool::k_none);
}

TEST_CASE("a released name is not found, even if it was the last one looked up") {
  NamePool pool;
  const NameId first = pool.intern("x.png");
  pool.release(first);
  const NameId other = pool.intern("y.png");
  CHECK(other == first);
  CHECK(pool.intern("x.png") != other);
  CHECK(pool.find("x.png") != other);
  CHECK(pool[other] == "y.png");
}

TEST_CASE("names of every length are stored, including the empty and the longest one") {
  NamePool pool;
  for (const std::size_t length : {0U, 1U, 2U, 3U, 255U, 4096U})
    CHECK(pool[pool.store_unique(std::string(length, 'n'))].size() == length);
  CHECK_THROWS(pool.intern(std::string(5000, 'n')));
}

TEST_CASE("ten thousand names stay distinct") {
  NamePool pool;
  for (int i = 0; i < 10'000; ++i) pool.intern(std::to_string(i));
  for (int i = 0; i < 10'000; ++i) CHECK(pool[pool.find(std::to_string(i))] == std::to_string(i));
}
