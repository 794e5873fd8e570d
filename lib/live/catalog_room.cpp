#include "live/catalog_room.hpp"

#include <utility>

namespace reaper::live {
namespace {

/// The name of a directory that a scan has still to enter, with its NUL. Longer names are rare.
constexpr std::uint64_t k_waiting_name_bytes = 28;

}  // namespace

CatalogRoom::CatalogRoom(const charts::Catalog& catalog, volume::ReadSystemLimits read_limits)
    : catalog_(&catalog), read_limits_(std::move(read_limits)), headroom_(read_limits_) {}

void CatalogRoom::read_limits() {
  if (read_limits_) budget_ = WatchBudget(read_limits_());
  headroom_.limit(budget_.limits().memory_bytes.has_value());
}

std::uint64_t CatalogRoom::bytes() const {
  return catalog_->memory_bytes() + budget_.kept_from_catalog(waiting_directories_ * k_waiting_name_bytes);
}

}  // namespace reaper::live
