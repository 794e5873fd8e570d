#include "live/watch_budget.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <optional>

using reaper::live::WatchBudget;
using reaper::volume::SystemLimits;

namespace {

constexpr std::uint64_t k_mib = 1024 * 1024;
constexpr std::uint64_t k_each = WatchBudget::k_watch_bytes;

}  // namespace

TEST_CASE("an eighth of the user's watches stays free") {
  const WatchBudget budget(SystemLimits{.memory_bytes = {}, .user_watches = 192'536});
  CHECK(budget.max_watches(0) == 168'469);
  CHECK(budget.allows(168'469, 0));
  CHECK_FALSE(budget.allows(168'470, 0));
  CHECK(budget.refusal(192'000, 0) ==
        "192000 directories need one inotify watch each; fs.inotify.max_user_watches is 192536, an eighth of it stays "
        "free "
        "for other programs, so 168469 are available");
}

TEST_CASE("watches and the catalog share the memory that the limit leaves") {
  struct Row {
    std::uint64_t limit_mib, catalog_mib, watches;
  };
  const auto row = GENERATE(Row{32, 0, 22 * k_mib / k_each}, Row{32, 2, 20 * k_mib / k_each}, Row{32, 22, 0},
                            Row{32, 99, 0}, Row{8, 0, 4 * k_mib / k_each}, Row{64, 5, 49 * k_mib / k_each});
  CAPTURE(row.limit_mib, row.catalog_mib);
  const WatchBudget budget(SystemLimits{.memory_bytes = row.limit_mib * k_mib, .user_watches = 1'000'000});
  CHECK(budget.max_watches(row.catalog_mib * k_mib) == row.watches);
  CHECK(budget.has_room(row.watches, row.catalog_mib * k_mib) == (row.catalog_mib <= 22));
  CHECK_FALSE(budget.has_room(row.watches + 1, row.catalog_mib * k_mib));
}

TEST_CASE("a refusal for lack of memory names the figures") {
  const WatchBudget budget(SystemLimits{.memory_bytes = 32 * k_mib, .user_watches = 192'536});
  CHECK(budget.refusal(25'001, 2 * k_mib) ==
        "25001 directories need 33.4 MiB for watches; the memory limit of 32 MiB leaves 20.0 MiB for them");
}

TEST_CASE("without limits there is no maximum") {
  const WatchBudget budget;
  CHECK(budget.max_watches(0) == std::nullopt);
  CHECK(budget.allows(10'000'000, 0));
  CHECK(budget.has_room(10'000'000, 1U << 30U));
}
