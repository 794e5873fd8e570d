#include "base/glob.hpp"

#include "support/catch.hpp"

using reaper::base::GlobList;

TEST_CASE("a glob must match the whole name") {
  const GlobList globs({"*.png"});
  CHECK(globs.matches("technical_overview.png"));
  CHECK(globs.matches(".png"));
  CHECK(globs.matches("a b\n.png"));
  CHECK_FALSE(globs.matches("technical_overview.png.tmp"));
  CHECK_FALSE(globs.matches("png"));
  CHECK_FALSE(globs.matches("A.PNG"));
  CHECK_FALSE(globs.matches(""));
}

TEST_CASE("one matching glob of the list is enough") {
  const GlobList globs({"*.png", "chart_?.[js]vg"});
  CHECK(globs.matches("x.png"));
  CHECK(globs.matches("chart_1.svg"));
  CHECK(globs.matches("chart_x.jvg"));
  CHECK_FALSE(globs.matches("chart_12.svg"));
  CHECK_FALSE(globs.matches("chart_1.avg"));
}

TEST_CASE("an empty list matches nothing") { CHECK_FALSE(GlobList({}).matches("x.png")); }

TEST_CASE("a backslash escapes a wildcard") {
  const GlobList globs({"\\*.png"});
  CHECK(globs.matches("*.png"));
  CHECK_FALSE(globs.matches("a.png"));
}

TEST_CASE("globs match names that are not UTF-8") {
  const GlobList globs({"*.png"});
  CHECK(globs.matches("\xff\xfe.png"));
  CHECK(globs.matches("日経.png"));
}

TEST_CASE("the globs keep their text") {
  CHECK(GlobList({"*.png", "*.svg"}).globs() == std::vector<std::string>{"*.png", "*.svg"});
}
