#include "volume/volume_traits.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace reaper::volume {
namespace {

/// The words are in the order of the enumerators.
template <class Enum, std::size_t Count>
std::string_view word(const std::array<std::string_view, Count>& words, Enum value) {
  return words.at(static_cast<std::size_t>(value));
}

std::string_view lease_phrase(Leases leases) {
  static constexpr std::array<std::string_view, 3> k_phrases{"leases", "no reliable leases", "no leases"};
  return word(k_phrases, leases);
}

std::string_view lock_phrase(Locks locks) {
  static constexpr std::array<std::string_view, 3> k_phrases{"locks on this host", "locks across hosts",
                                                             "locks unknown"};
  return word(k_phrases, locks);
}

std::string_view rename_phrase(Renaming rename) {
  static constexpr std::array<std::string_view, 4> k_phrases{"atomic rename", "rename by copying", "no rename",
                                                             "rename unknown"};
  return word(k_phrases, rename);
}

std::string_view inode_phrase(Trait stable) {
  static constexpr std::array<std::string_view, 3> k_phrases{"stable inode numbers", "unstable inode numbers",
                                                             "inode numbers unknown"};
  return word(k_phrases, stable);
}

}  // namespace

std::string_view to_string(VolumeKind kind) noexcept {
  static constexpr std::array<std::string_view, 4> k_words{"local", "network", "bucket", "unknown"};
  return word(k_words, kind);
}

std::string_view to_string(Leases leases) noexcept {
  static constexpr std::array<std::string_view, 3> k_words{"yes", "no", "refused"};
  return word(k_words, leases);
}

std::string_view to_string(Locks locks) noexcept {
  static constexpr std::array<std::string_view, 3> k_words{"local", "across_hosts", "unknown"};
  return word(k_words, locks);
}

std::string_view to_string(Renaming rename) noexcept {
  static constexpr std::array<std::string_view, 4> k_words{"atomic", "copying", "missing", "unknown"};
  return word(k_words, rename);
}

std::string_view to_string(TimeGranularity granularity) noexcept {
  static constexpr std::array<std::string_view, 3> k_words{"ns", "s", "unknown"};
  return word(k_words, granularity);
}

std::string describe(const VolumeTraits& volume) {
  std::string line =
      fmt::format("{} ({}): {}, {}, {}, {}", volume.type, to_string(volume.kind), lease_phrase(volume.leases),
                  lock_phrase(volume.locks), rename_phrase(volume.rename), inode_phrase(volume.stable_inodes));
  if (volume.call_time) line += fmt::format(", {} us a call", volume.call_time->count());
  return line;
}

}  // namespace reaper::volume
