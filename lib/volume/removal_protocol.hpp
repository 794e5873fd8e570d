#pragma once

#include "volume/removal_candidate.hpp"
#include "volume/removal_result.hpp"
#include "volume/volume_traits.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace reaper::volume {

class RemovalSteps;

/// The way of removing charts on a kind of volume. docs/removal.md has the steps of each and its proof.
enum class ProtocolKind : std::uint8_t {
  leases,   ///< local: under a read lease; without one after a longer grace time
  network,  ///< a network or FUSE volume that renames: in quarantine, after the longer grace time
  bucket,   ///< an object store: compare, then unlink at once
};

/// Returns the word for log, metrics and JSON.
[[nodiscard]] std::string_view to_string(ProtocolKind kind) noexcept;

/// Returns the protocol for a volume.
[[nodiscard]] ProtocolKind protocol_for(const VolumeAbilities& volume) noexcept;

/// Returns the minimum age in force: the larger of the setting and the minimum of the volume's protocol, which is ten
/// minutes on a bucket. `volume` may be null. On a bucket, a chart that is written between the last comparison and the
/// unlink is lost. A chart that is written again and again never gets so old.
[[nodiscard]] std::chrono::nanoseconds min_age_in_force(std::chrono::nanoseconds setting,
                                                        const VolumeAbilities* volume);

/// The steps of a removal on one kind of volume. Between prepare() and finish() a chart waits for its grace time.
/// Several threads may use a protocol, each for another candidate.
class RemovalProtocol {
 public:
  RemovalProtocol() = default;
  RemovalProtocol(const RemovalProtocol&) = delete;
  RemovalProtocol& operator=(const RemovalProtocol&) = delete;
  virtual ~RemovalProtocol() = default;

  /// Runs the steps before the grace time, and sets `candidate.due`. Returns the outcome if the removal ends here.
  [[nodiscard]] virtual std::optional<Outcome> prepare(RemovalCandidate& candidate) = 0;

  /// Runs the steps after the grace time. Unlinks the chart, or puts it back.
  [[nodiscard]] virtual Outcome finish(RemovalCandidate& candidate) = 0;
};

/// Creates the protocol for the volume. `steps` must outlive it.
[[nodiscard]] std::unique_ptr<RemovalProtocol> make_protocol(const VolumeAbilities& volume, RemovalSteps& steps);

}  // namespace reaper::volume
