// Charts whose own time lies in the future: they are aged by another one, and the catalog knows which they are.

#include "charts/catalog.hpp"

#include "charts/catalog_reading.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace reaper::charts;
using reaper::test::oldest_first;
using reaper::test::Paths;
using namespace std::chrono_literals;

namespace {

/// A catalog with charts whose times may be wrong.
struct Skewed {
  reaper::test::ManualClock clock;
  Catalog catalog{&clock};
  DirectoryIndex set = catalog.put_directory("A_1d");

  /// Puts a chart with times that differ from now by these durations; returns its age in the catalog.
  std::chrono::nanoseconds age(const char* name, std::chrono::nanoseconds modified, std::chrono::nanoseconds changed) {
    const std::int64_t now = clock.now().time_since_epoch().count();
    const ChartState chart{.fingerprint = {.modified_ns = now + modified.count(), .changed_ns = now + changed.count()},
                           .counted_bytes = 100};
    return put(name, chart);
  }
  std::chrono::nanoseconds put(const char* name, const ChartState& chart) {
    catalog.put(set, name, chart);
    return age(name);
  }
  [[nodiscard]] std::vector<std::string> future_charts() const {
    std::vector<std::string> paths;
    catalog.for_each_future_chart([&](ChartIndex chart) { paths.push_back(catalog.path(catalog.chart(chart))); });
    std::sort(paths.begin(), paths.end());
    return paths;
  }
  [[nodiscard]] std::chrono::nanoseconds age(const char* name) const {
    return clock.now() - catalog.chart(catalog.find(set, name)).modified();
  }
};

}  // namespace

TEST_CASE_METHOD(Skewed, "a chart from the future is aged by its change time, or from when it was first seen") {
  CHECK(age("right", -1h, -1h) == 1h);
  CHECK(age("step", 2s, 2s) == -2s);
  CHECK(catalog.future_count() == 0);
  CHECK(age("set", 24h, -3h) == 3h);
  CHECK(age("skewed", 87600h, 87600h) == 0h);
  CHECK(catalog.future_count() == 2);
  Paths oldest_first;
  catalog.visit_oldest_first([&](ChartIndex chart) {
    oldest_first.push_back(catalog.path(catalog.chart(chart)));
    return true;
  });
  CHECK(oldest_first == Paths{"A_1d/set", "A_1d/right", "A_1d/skewed", "A_1d/step"});
}

TEST_CASE_METHOD(Skewed, "a chart from the future grows older from there until it changes") {
  const std::int64_t later = (clock.now() + 1h).time_since_epoch().count();
  ChartState chart{.fingerprint = {.modified_ns = later, .changed_ns = later}, .counted_bytes = 100};
  CHECK(put("x", chart) == 0h);
  clock.advance(90min);
  catalog.begin_scan();
  CHECK(catalog.put(set, "x", chart) == Change::none);
  CHECK(age("x") == 90min);
  CHECK(catalog.snapshot_of(catalog.find(set, "x")).is_still(chart.fingerprint));
  chart.fingerprint.modified_ns = chart.fingerprint.changed_ns = clock.now().time_since_epoch().count();
  CHECK(put("x", chart) == 0h);
  CHECK(catalog.future_count() == 0);
}

TEST_CASE_METHOD(Skewed, "the next scan reads a clock that was set back") {
  CHECK(age("before", 0h, 0h) == 0h);
  clock.jump(-48h);
  catalog.begin_scan();
  CHECK(age("after", 24h, -1h) == 1h);
}

TEST_CASE_METHOD(Skewed, "the charts from the future are known until they change or go") {
  age("right", -1h, -1h);
  for (const char* name : {"a", "b", "c"}) age(name, 24h, -3h);
  CHECK(future_charts() == Paths{"A_1d/a", "A_1d/b", "A_1d/c"});
  age("a", -1h, -1h);
  catalog.forget(set, "b");
  CHECK(future_charts() == Paths{"A_1d/c"});
  CHECK(catalog.repair() == 0);
  CHECK(future_charts() == Paths{"A_1d/c"});
  CHECK(catalog.future_count() == 1);
  catalog.clear();
  CHECK(future_charts().empty());
}
