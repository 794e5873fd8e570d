#include "volume/quarantine_name.hpp"

#include "support/catch.hpp"

#include <fnmatch.h>

using reaper::volume::original_name;
using reaper::volume::quarantine_name;

TEST_CASE("a name quarantined can be turned back, whatever it is") {
  const std::string name = GENERATE("x.png", "-rf.png", "~", "a~b.png", ".chart-reaper~x.png~", "\n\xff.png");
  CHECK(original_name(quarantine_name(name)) == name);
}

TEST_CASE("a name quarantined matches none of the usual patterns") {
  const std::string aside = quarantine_name("x.png");
  for (const char* pattern : {"*.png", "x*", "?.png"}) CHECK(fnmatch(pattern, aside.c_str(), 0) != 0);
  CHECK(aside.front() == '.');
}

TEST_CASE("other names are nobody's") {
  for (const char* name : {"x.png", ".chart-reaper~~", ".chart-reaper~", ".chart-reaper~x.png", "x.png~", ""})
    CHECK_FALSE(original_name(name));
}
