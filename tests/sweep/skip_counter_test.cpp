#include "sweep/skip_counter.hpp"

#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

using reaper::sweep::SkipCounter;
namespace charts = reaper::charts;

namespace {

constexpr std::array k_reasons{"busy", "young"};
constexpr std::array k_directories{"", "A_1d", "A_1d/deep", "deep"};

charts::ChartState state(std::int64_t modified_ns) { return {.fingerprint = {.modified_ns = modified_ns}}; }

/// Charts of a few directories, which are left again and again and rewritten now and then.
struct LeftAgain {
  explicit LeftAgain(unsigned seed) : random(seed) {
    for (const char* directory : k_directories)
      for (int i = 0; i < 8; ++i) catalog.put(catalog.put_directory(directory), std::to_string(i), state(1));
  }

  charts::ChartIndex some_chart() {
    const charts::DirectoryIndex home = catalog.find_directory(k_directories[random() % k_directories.size()]);
    const std::string name = std::to_string(random() % 8);
    if (random() % 16 == 0) catalog.put(home, name, state(static_cast<std::int64_t>(random() % 3)));
    return catalog.find(home, name);
  }

  std::mt19937 random;
  charts::Catalog catalog;
};

}  // namespace

TEST_CASE("a chart is new once, until it changes or is left for another reason") {
  SkipCounter counter;
  const auto is_new = [&](const char* reason, const char* path, std::int64_t modified_ns) {
    return counter.is_new(reason, charts::snapshot_of("A_1d", path, state(modified_ns)));
  };
  CHECK(is_new("busy", "x.png", 1));
  CHECK_FALSE(is_new("busy", "x.png", 1));
  CHECK(is_new("busy", "y.png", 1));
  CHECK(is_new("young", "x.png", 1));
  CHECK(is_new("busy", "x.png", 2));
  CHECK_FALSE(is_new("busy", "x.png", 2));
}

TEST_CASE("charts whose paths have the same steps in another order are not the same") {
  SkipCounter counter;
  CHECK(counter.is_new("busy", charts::snapshot_of("A_1d/deep", "x", state(1))));
  CHECK(counter.is_new("busy", charts::snapshot_of("deep/A_1d", "x", state(1))));
  CHECK(counter.is_new("busy", charts::snapshot_of("deep/x", "A_1d", state(1))));
  CHECK(counter.is_new("busy", charts::snapshot_of("deep", "x", state(1))));
}

TEST_CASE("a chart is forgotten only after as many others as are remembered") {
  const std::size_t max_remembered = GENERATE(3U, 20U, 1000U);
  LeftAgain left(GENERATE(1U, 2U, 3U));
  SkipCounter counter(max_remembered);
  using Key = std::tuple<std::string, std::string, std::int64_t>;
  std::map<Key, std::size_t> last_noted;
  std::vector<Key> noted;
  std::size_t forgotten = 0;
  for (int i = 0; i < 3000; ++i) {
    const charts::ChartIndex index = left.some_chart();
    const charts::ChartSnapshot chart = left.catalog.snapshot_of(index);
    const std::string reason = k_reasons[left.random() % k_reasons.size()];
    const Key key{reason, chart.path(), chart.modified_ns};
    // The two ways to name a chart come to the same.
    const bool is_new =
        left.random() % 2 == 0 ? counter.is_new(reason, chart) : counter.is_new(reason, left.catalog, index);
    const auto before = last_noted.find(key);
    if (before == last_noted.end()) {
      REQUIRE(is_new);
    } else if (is_new) {
      ++forgotten;
      const std::set<Key> others(noted.begin() + static_cast<std::ptrdiff_t>(before->second) + 1, noted.end());
      REQUIRE(others.size() >= max_remembered);
    }
    last_noted[key] = noted.size();
    noted.push_back(key);
  }
  // Otherwise there is no bound.
  CHECK((forgotten != 0) == (max_remembered < 1000));
}
