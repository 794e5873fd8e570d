#pragma once

#include <cstdint>
#include <vector>

struct open_how;

namespace reaper::volume {

/// The ways in which directories are opened by openat2(2), in a page of memory of their own.
///
/// openat2 reads its flags from memory, where a filter of system calls cannot see them; it sees the address only
/// (seccomp(2)). Once the page is sealed, nothing in the process can change or replace it (mseal(2)). So a filter that
/// allows these addresses allows these flags alone, at no cost.
class OpenHows {
 public:
  /// Throws std::system_error if there is no memory.
  OpenHows();
  OpenHows(const OpenHows&) = delete;
  OpenHows& operator=(const OpenHows&) = delete;
  ~OpenHows();

  /// Whether reading the directory gives it another access time, see volume/root.cpp. Only its owner may let it stay.
  enum class AccessTime : std::uint8_t { stays, moves };

  /// In one step, for a single name: no mount is entered, and no link at its end is followed. Else, for any path:
  /// besides that, no link is followed on the way, and nothing above is reached.
  [[nodiscard]] const open_how& of(bool one_step, AccessTime time) const noexcept;

  /// Where all of them are.
  [[nodiscard]] std::vector<const void*> addresses() const;

  /// Seals the page until the process ends. False if the kernel cannot (before Linux 6.10), or a container forbids it.
  [[nodiscard]] bool seal() noexcept;

 private:
  open_how* page_;
};

}  // namespace reaper::volume
