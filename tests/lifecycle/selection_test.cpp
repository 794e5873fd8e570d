#include "lifecycle/selection.hpp"

#include "support/catch.hpp"

using namespace reaper;
using namespace reaper::lifecycle;
using Texts = std::vector<std::string>;

TEST_CASE("globs become suffixes on GCS as far as possible") {
  struct Row {
    Texts globs;
    Texts suffixes;
    Texts left_out;
  };
  const Row rows[] = {{{"*.png"}, {".png"}, {}},
                      {{"*.png", "*.svg"}, {".png", ".svg"}, {}},
                      {{"mtf_comparison.png"}, {"/mtf_comparison.png"}, {}},
                      {{"*_chart.png", "x?.png"}, {"_chart.png"}, {"x?.png"}},
                      {{"a*.png"}, {}, {"a*.png"}},
                      {{"*.[ps]ng"}, {}, {"*.[ps]ng"}},
                      {{"*\\*.png"}, {}, {"*\\*.png"}},
                      {{"*\xff.png"}, {}, {"*\xff.png"}},
                      {{"*"}, {}, {}},
                      {{"*.png", "*"}, {}, {}}};
  for (const Row& row : rows) {
    CAPTURE(row.globs);
    const Selection selection = select(config::ObjectStore::gcs, row.globs);
    CHECK(selection.suffixes == row.suffixes);
    CHECK(selection.left_out == row.left_out);
  }
}

TEST_CASE("other stores know no suffixes") {
  for (const config::ObjectStore store : {config::ObjectStore::s3, config::ObjectStore::azure}) {
    CHECK(select(store, {"*.png", "a.svg"}).suffixes.empty());
    CHECK(select(store, {"*.png", "a.svg"}).left_out == Texts{"*.png", "a.svg"});
    CHECK(select(store, {"*"}).left_out.empty());
  }
}
