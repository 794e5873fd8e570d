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

/// Something that happened in a watched directory.
struct Event {
  charts::DirectoryIndex directory = 0;
  int watch = 0;
  std::uint32_t mask = 0;  ///< as in inotify(7); those of successive events on the same name are together
  std::uint32_t cookie = 0;
  std::string_view name;  ///< NUL-terminated; empty if it is the directory itself
};

/// Watches on directories: the kernel tells what is written, made, moved and removed directly in them.
///
/// That works for all writers on the same kernel, those in other containers included. A volume that others write to
/// over a network must not be watched, see volume::Root::is_local.
class Watcher {
 public:
  explicit Watcher(volume::System& system) : system_(&system) {}

  /// Gets ready to watch. An error if the system has no more instances to give; then nothing is watched.
  [[nodiscard]] base::Result<void> start();
  [[nodiscard]] bool started() const noexcept { return static_cast<bool>(watcher_); }

  /// What becomes readable when there is something to read; stays the same from start() on.
  [[nodiscard]] int descriptor() const noexcept { return watcher_.get(); }

  /// Watches an open directory of the catalog. An error if the kernel has no more watches to give.
  [[nodiscard]] base::Result<void> watch(charts::Catalog& catalog, charts::DirectoryIndex directory, int descriptor);

  /// Ends the watch on a directory that is about to be forgotten.
  void unwatch(charts::Catalog& catalog, charts::DirectoryIndex directory);

  /// Ends all watches, and drops what they have told.
  void unwatch_all(charts::Catalog& catalog);

  /// Hands out what has happened since the last call. False if the kernel had more to tell than
  /// its queue holds: then it is not known what happened. The names live until `on_event` returns.
  [[nodiscard]] base::Result<bool> read(charts::Catalog& catalog, const std::function<void(const Event&)>& on_event);

  /// The directory that the watch is on now, or k_no_directory. A directory that moves keeps its watch, so it may be
  /// another one than when an event was read.
  [[nodiscard]] charts::DirectoryIndex directory_of(int watch) const;

  [[nodiscard]] std::size_t count() const noexcept { return directories_.size(); }

 private:
  volume::System* system_;
  base::FileDescriptor watcher_;
  boost::unordered_flat_map<int, charts::DirectoryIndex> directories_;  // by watch
  std::vector<std::byte> buffer_;
};

}  // namespace reaper::live
