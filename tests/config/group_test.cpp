#include "config/group.hpp"

#include "config/load.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <string>
#include <vector>

using reaper::config::find_group;
using reaper::config::load;
using reaper::config::Loaded;
using reaper::test::TempDir;

TEST_CASE("a group is found by its exact name") {
  const TempDir dir;
  const std::string file = dir.write_file("group",
                                          "root:x:0:\n"
                                          "operators:x:2000:" +
                                              std::string(100'000, 'a') +
                                              "\n"
                                              "# not a group\n"
                                              "\n"
                                              "broken:x\n"
                                              "2000:x:7:\n"
                                              "last:x:2001:");
  CHECK(find_group("root", file) == 0U);
  CHECK(find_group("operators", file) == 2000U);
  CHECK(find_group("last", file) == 2001U);
  for (const std::string name :
       {"Operators", "operator", "operators ", " operators", "", "broken", "# not a group", "x"}) {
    CAPTURE(name);
    CHECK_FALSE(find_group(name, file));
  }
}

TEST_CASE("a number is a group with or without a name") {
  CHECK(find_group("0", "/nowhere") == 0U);
  CHECK(find_group("2000", "/nowhere") == 2000U);
  CHECK(find_group("4294967294", "/nowhere") == 4'294'967'294U);
}

TEST_CASE("an invalid group is refused") {
  // 4294967295 is (gid_t)-1, which means "no change" to chown(2).
  for (const std::string text :
       {"4294967295", "18446744073709551616", "-1", "+1", "1e9", "6h", "0x10", "1 ", " 1", "nan"}) {
    CAPTURE(text);
    CHECK_FALSE(find_group(text, "/etc/group"));
  }
  CHECK_FALSE(find_group("root", "/nowhere"));
}

TEST_CASE("the socket group is looked up in the group file") {
  const TempDir dir;
  const std::string groups = dir.write_file("group", "root:x:0:\noperators:x:2000:ann,bob\n12:x:13:\n");
  const auto load_group = [&](const std::string& group) {
    return load({{}, {{"CHART_SOCKET_GROUP", group}}, {}, groups});
  };
  CHECK(load_group("operators").settings.socket_gid == 2000U);
  CHECK(load_group("operators").settings.socket_group == "operators");
  CHECK(load_group("12").settings.socket_gid == 12U);
  const Loaded unknown = load_group("operator");
  CHECK_FALSE(unknown.settings.socket_gid);
  CHECK(unknown.errors ==
        std::vector<std::string>{"CHART_SOCKET_GROUP from environment: 'operator' is not allowed; allowed: the name of "
                                 "a group in /etc/group, or a number up to 4294967294"});
}

TEST_CASE("without a group file the socket group is not looked up") {
  const Loaded loaded = load({{}, {{"CHART_SOCKET_GROUP", "operators"}}, {}, {}});
  CHECK(loaded.errors.empty());
  CHECK(loaded.settings.socket_group == "operators");
  CHECK_FALSE(loaded.settings.socket_gid);
}
