#include "live/drift_check.hpp"

#include "support/catch.hpp"

#include <string>

using reaper::live::DriftCheck;
namespace charts = reaper::charts;

namespace {

struct WatchedCatalog {
  WatchedCatalog() {
    catalog.set_watch(charts::k_root, 1);
    catalog.set_watch(set, 2);
  }

  charts::Catalog catalog;
  charts::DirectoryIndex set = catalog.put_directory("A_1d");
  DriftCheck check{catalog};
};

bool never(int /*watch*/, const std::string& /*name*/) { return false; }

}  // namespace

TEST_CASE_METHOD(WatchedCatalog, "a chart counts as drift once, unless an event for it is still unread") {
  check.suspect(set, "x.png");
  check.suspect(set, "x.png");
  check.suspect(set, "y.png");
  CHECK(check.count(never) == 2);
  CHECK(check.count([](int watch, const std::string& name) { return watch == 2 && name == "y.png"; }) == 1);
}

TEST_CASE_METHOD(WatchedCatalog, "a directory without a watch cannot drift") {
  check.suspect(catalog.put_directory("B_1d"), "x.png");
  check.suspect_directory(charts::k_root);
  CHECK(check.count(never) == 0);
}

TEST_CASE_METHOD(WatchedCatalog, "a new directory counts as drift itself, but its charts do not") {
  check.note_new(set);
  check.suspect(set, "x.png");
  CHECK(check.count([](int watch, const std::string& name) { return watch == 1 && name == "A_1d"; }) == 0);
  CHECK(check.count(never) == 1);
}
