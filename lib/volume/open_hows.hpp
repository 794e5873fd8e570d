#pragma once

#include <cstdint>
#include <vector>

struct open_how;

namespace reaper::volume {

/// The arguments with which openat2(2) opens directories, in a memory page of their own.
///
/// openat2 reads its flags from memory, where seccomp(2) cannot see them; the filter only sees the address. After
/// seal() nothing in the process can change or replace the page (mseal(2)). So a filter that allows only these
/// addresses allows only these flags, at no cost.
class OpenHows {
 public:
  /// Throws std::system_error if there is no memory.
  OpenHows();
  OpenHows(const OpenHows&) = delete;
  OpenHows& operator=(const OpenHows&) = delete;
  ~OpenHows();

  /// The effect of reading on the directory's access time, see volume/root.cpp. Only the owner may keep it unchanged.
  enum class AccessTime : std::uint8_t { stays, moves };

  /// Returns the arguments for a path. With `one_step`, for a single name: the kernel enters no mount and follows no
  /// link at the end. Without it, for any path: the kernel also follows no link on the way and never leaves the start
  /// directory upwards.
  [[nodiscard]] const open_how& of(bool one_step, AccessTime time) const noexcept;

  /// Returns the addresses of all arguments, for a seccomp filter.
  [[nodiscard]] std::vector<const void*> addresses() const;

  /// Makes the page read-only until the process ends. Returns false if the kernel (before Linux 6.10) or the container
  /// cannot do that.
  [[nodiscard]] bool seal() noexcept;

 private:
  open_how* page_;
};

}  // namespace reaper::volume
