#include "volume/removal_protocol.hpp"

#include "volume/bucket_removal.hpp"
#include "volume/leased_removal.hpp"
#include "volume/network_removal.hpp"

#include <algorithm>

namespace reaper::volume {
namespace {

/// Far longer than the difference between the clocks of a bucket and of this machine. Also far longer than most pauses
/// between two analyses of a symbol.
constexpr std::chrono::seconds k_bucket_min_age{600};

}  // namespace

std::string_view to_string(ProtocolKind kind) noexcept {
  switch (kind) {
    case ProtocolKind::leases: return "leases";
    case ProtocolKind::network: return "network";
    case ProtocolKind::bucket: return "bucket";
  }
  return "unknown";
}

ProtocolKind protocol_for(const VolumeAbilities& volume) noexcept {
  if (volume.kind == VolumeKind::local) return ProtocolKind::leases;
  return volume.kind == VolumeKind::bucket ? ProtocolKind::bucket : ProtocolKind::network;
}

std::chrono::nanoseconds min_age_in_force(std::chrono::nanoseconds setting, const VolumeAbilities* volume) {
  if (volume == nullptr || protocol_for(*volume) != ProtocolKind::bucket) return setting;
  return std::max<std::chrono::nanoseconds>(setting, k_bucket_min_age);
}

std::unique_ptr<RemovalProtocol> make_protocol(const VolumeAbilities& volume, RemovalSteps& steps) {
  const ProtocolKind kind = protocol_for(volume);
  if (kind == ProtocolKind::leases) return std::make_unique<LeasedRemoval>(steps);
  if (kind == ProtocolKind::network) return std::make_unique<NetworkRemoval>(steps);
  return std::make_unique<BucketRemoval>(steps,
                                         volume.fresh_on_open == Trait::yes ? Freshness::on_open : Freshness::on_stat);
}

}  // namespace reaper::volume
