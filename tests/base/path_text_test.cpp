#include "base/path_text.hpp"

#include "support/catch.hpp"

#include <string_view>
#include <vector>

using namespace reaper::base;

TEST_CASE("a path is split at its last slash") {
  struct Row {
    std::string_view path;
    std::string_view directory;
    std::string_view name;
  };
  for (const Row& row : {Row{"A_1d/x.png", "A_1d", "x.png"}, Row{"a/b/c", "a/b", "c"}, Row{"x.png", "", "x.png"},
                         Row{"/a", "", "a"}, Row{"a/", "a", ""}, Row{"", "", ""}}) {
    CAPTURE(row.path);
    const SplitPath split = split_path(row.path);
    CHECK(split.directory == row.directory);
    CHECK(split.name == row.name);
  }
}

TEST_CASE("a path is split into its parts") {
  const auto steps = [](std::string_view path) {
    std::vector<std::string_view> taken;
    while (!path.empty()) taken.push_back(take_first_step(path));
    return taken;
  };
  CHECK(steps("a/bc/d") == std::vector<std::string_view>{"a", "bc", "d"});
  CHECK(steps("a") == std::vector<std::string_view>{"a"});
  CHECK(steps("a/") == std::vector<std::string_view>{"a"});
  CHECK(steps("").empty());
}
