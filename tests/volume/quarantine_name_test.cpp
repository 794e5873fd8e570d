#include "volume/quarantine_name.hpp"

#include "support/catch.hpp"

#include <fnmatch.h>

using reaper::volume::original_name;
using reaper::volume::quarantine_name;

TEST_CASE("every quarantine name can be turned back") {
  const std::string name = GENERATE("x.png", "-rf.png", "~", "a~b.png", ".chart-reaper~x.png~", "\n\xff.png");
  CHECK(original_name(quarantine_name(name)) == name);
}

TEST_CASE("a quarantine name matches none of the usual patterns") {
  const std::string quarantined = quarantine_name("x.png");
  for (const char* pattern : {"*.png", "x*", "?.png"}) CHECK(fnmatch(pattern, quarantined.c_str(), 0) != 0);
  CHECK(quarantined.front() == '.');
}

TEST_CASE("other names are no quarantine names") {
  for (const char* name : {"x.png", ".chart-reaper~~", ".chart-reaper~", ".chart-reaper~x.png", "x.png~", ""})
    CHECK_FALSE(original_name(name));
}
