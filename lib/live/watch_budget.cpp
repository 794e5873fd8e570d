#include "live/watch_budget.hpp"

#include "base/size.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reaper::live {

std::optional<std::uint64_t> WatchBudget::room_bytes() const {
  if (!limits_.memory_bytes) return {};
  return *limits_.memory_bytes - std::min(k_reserve_bytes, *limits_.memory_bytes / 2);
}

std::optional<std::uint64_t> WatchBudget::user_share() const {
  if (!limits_.user_watches) return {};
  return *limits_.user_watches - *limits_.user_watches / 8;
}

std::optional<std::uint64_t> WatchBudget::memory_share(std::uint64_t catalog_bytes) const {
  const auto room = room_bytes();
  if (!room) return {};
  return (*room - std::min(*room, catalog_bytes)) / k_watch_bytes;
}

std::optional<std::uint64_t> WatchBudget::max_watches(std::uint64_t catalog_bytes) const {
  const auto user = user_share();
  const auto memory = memory_share(catalog_bytes);
  if (user && memory) return std::min(*user, *memory);
  return user ? user : memory;
}

bool WatchBudget::allows(std::size_t watches, std::uint64_t catalog_bytes) const {
  const auto limit = max_watches(catalog_bytes);
  return !limit || watches <= *limit;
}

bool WatchBudget::has_room(std::size_t watches, std::uint64_t catalog_bytes) const {
  const auto room = room_bytes();
  return !room || catalog_bytes + watches * k_watch_bytes <= *room;
}

std::uint64_t WatchBudget::kept_from_catalog(std::uint64_t bytes) const {
  const auto room = room_bytes();
  return room ? std::min(bytes, *room / 4 * 3) : bytes;
}

std::string WatchBudget::refusal(std::size_t directories, std::uint64_t catalog_bytes) const {
  const auto user = user_share();
  const auto memory = memory_share(catalog_bytes);
  if (user && *user < memory.value_or(UINT64_MAX))
    return fmt::format(
        "{} directories need one inotify watch each; fs.inotify.max_user_watches is {}, an eighth of it stays free for "
        "other programs, so {} are available",
        directories, *limits_.user_watches, *user);
  return fmt::format(
      "{} directories need {:.1f} MiB for watches; the memory limit of {:.0f} MiB leaves {:.1f} MiB for them",
      directories, base::to_mebibytes(directories * k_watch_bytes),
      base::to_mebibytes(limits_.memory_bytes.value_or(0)), base::to_mebibytes(memory.value_or(0) * k_watch_bytes));
}

}  // namespace reaper::live
