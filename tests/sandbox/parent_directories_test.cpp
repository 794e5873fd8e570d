#include "sandbox/parent_directories.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace reaper;
using sandbox::parent_directories;

using Places = std::vector<std::string>;

TEST_CASE("a path is usable below its parent directory") {
  const test::TempDir top;
  const std::string directory = top.make_dir("a/b").string();
  CHECK(parent_directories(directory + "/c") == Places{directory});
  CHECK(parent_directories(directory + "/") == Places{top.path("a").string()});
  CHECK(parent_directories(directory + "/c/../d") == Places{directory});
}

TEST_CASE("a path that is a link is usable at both ends") {
  const test::TempDir top;
  top.write_file("real/file");
  top.make_dir("named");
  std::filesystem::create_symlink("../real/file", top.path("named/link"));
  CHECK(parent_directories(top.path("named/link").string()) ==
        Places{top.path("named").string(), top.path("real").string()});
}

TEST_CASE("a path directly in / makes only itself usable") {
  CHECK(parent_directories("/charts") == Places{"/charts"});
  CHECK(parent_directories("/token") == Places{"/token"});
}

TEST_CASE("a relative path starts at the working directory") {
  CHECK(parent_directories("file") == Places{std::filesystem::current_path().string()});
}
