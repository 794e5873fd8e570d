#pragma once

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "charts/catalog.hpp"
#include "volume/system.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace reaper::live {

/// One event in a watched directory.
struct Event {
  charts::DirectoryIndex directory = 0;
  int watch = 0;
  std::uint32_t mask = 0;  ///< see inotify(7); successive events on the same name are merged
  std::uint32_t cookie = 0;
  std::string_view name;  ///< NUL-terminated; empty if the event is about the directory itself
};

/// Watches directories with inotify(7). The kernel reports what is written, made, moved and removed directly in them.
///
/// It reports all writers on the same kernel, including other containers. A volume that other machines write to over a
/// network must not be watched; see volume::Root::is_local.
class Watcher {
 public:
  explicit Watcher(volume::System& system) : system_(&system) {}

  /// Creates the inotify instance. Returns an error if the user has no instance left; then nothing is watched.
  [[nodiscard]] base::Result<void> start();
  [[nodiscard]] bool started() const noexcept { return static_cast<bool>(watcher_); }

  /// Returns a descriptor that is readable when there are events. It stays the same after start().
  [[nodiscard]] int descriptor() const noexcept { return watcher_.get(); }

  /// Watches an open directory of the catalog. Returns an error if the kernel has no watches left.
  [[nodiscard]] base::Result<void> watch(charts::Catalog& catalog, charts::DirectoryIndex directory, int descriptor);

  /// Ends the watch on a directory that is about to be forgotten.
  void unwatch(charts::Catalog& catalog, charts::DirectoryIndex directory);

  /// Ends all watches and drops their events.
  void unwatch_all(charts::Catalog& catalog);

  /// Passes all events since the last call to `on_event`. Returns false if the kernel's queue overflowed, so that
  /// events are lost. The names are valid until `on_event` returns.
  [[nodiscard]] base::Result<bool> read(charts::Catalog& catalog, const std::function<void(const Event&)>& on_event);

  /// Returns the directory that the watch is on now, or k_no_directory. A directory that moves keeps its watch, so this
  /// may differ from the directory of an earlier event.
  [[nodiscard]] charts::DirectoryIndex directory_of(int watch) const;

  [[nodiscard]] std::size_t count() const noexcept { return directories_.size(); }

 private:
  volume::System* system_;
  base::FileDescriptor watcher_;
  boost::unordered_flat_map<int, charts::DirectoryIndex> directories_;  // by watch
  std::vector<std::byte> buffer_;
};

}  // namespace reaper::live
