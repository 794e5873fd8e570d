#include "live/inotify_source.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace reaper::live {
namespace {

using charts::DirectoryIndex;

/// If the kernel refuses a watch, other programs of the user hold more watches than expected. A retry takes all free
/// watches for a moment, so it must be rare.
constexpr std::chrono::minutes k_retry_watches{10};

}  // namespace

InotifySource::InotifySource(const Parts& parts)
    : in_(parts),
      watcher_(parts.root.system()),
      follower_({parts.root, watcher_, parts.catalog, parts.unsettled, parts.vanished}) {
  if (const auto started = watcher_.start(); !started) why_off_ = started.error().message();
}

void InotifySource::prepare(const volume::SystemLimits& before) {
  refused_by_budget_ = false;
  if (!in_.root.is_local()) {
    why_off_ = "inotify does not report changes by other machines on this kind of volume";
    return;
  }
  if (!watcher_.started()) {
    if (const auto started = watcher_.start(); !started) {
      why_off_ = started.error().message();
      return;
    }
  }
  if (may_try_again(before)) why_off_.clear();
  // A limit may be lower than before.
  if (is_on() && !in_.room.allows(watcher_.count())) give_up(in_.room.refusal());
}

/// Returns true if the reason that ended the watches may be over. Some extra room is required, so that watches do not
/// go on and off.
bool InotifySource::may_try_again(const volume::SystemLimits& before) const {
  const std::size_t directories = in_.catalog.directory_count();
  if (!in_.room.allows_later(directories + directories / 16)) return false;
  return !in_.room.limits().same_as(before) || directories < refused_directories_ ||
         in_.clock.since_boot() - refused_at_ >= k_retry_watches;
}

void InotifySource::conclude() {
  if (!refused_by_budget_) return;
  why_off_ = in_.room.refusal();
  refused_directories_ = in_.catalog.directory_count();
  refused_by_budget_ = false;
}

/// Watches the directory, so that events report every later change.
void InotifySource::before_reading(DirectoryIndex directory, volume::Scan& scan, const ScanContext& /*context*/) {
  const bool is_watched = in_.catalog.directory(directory).watch() >= 0;
  if (is_watched && trusts_known_) return;
  if (!is_watched && !in_.room.allows(watcher_.count() + 1)) return give_up(in_.room.refusal());
  if (const auto watched = watcher_.watch(in_.catalog, directory, scan.descriptor()); !watched)
    give_up(reason_of(watched.error()));
}

std::string InotifySource::reason_of(const base::Error& error) const {
  const auto user_watches = in_.room.limits().user_watches;
  if (!error.is(ENOSPC) || !user_watches) return error.message();
  return fmt::format(
      "the kernel allowed only {} inotify watches; fs.inotify.max_user_watches is {}, and other programs "
      "of the user hold the rest",
      watcher_.count(), *user_watches);
}

void InotifySource::give_up(std::string why) {
  why_off_ = std::move(why);
  refused_at_ = in_.clock.since_boot();
  refused_directories_ = in_.catalog.directory_count();
  refused_by_budget_ = !in_.room.allows(watcher_.count() + 1);
  // Mark these directories, so that polling reads them again and finds the changes whose events are lost now.
  in_.catalog.for_each_directory([this](DirectoryIndex index) {
    if (in_.catalog.directory(index).watch() >= 0) in_.catalog.set_modified(index, charts::k_not_looked_at);
  });
  watcher_.unwatch_all(in_.catalog);
  follower_.restart();
}

volume::TooDeep InotifySource::apply(const ScanDirectory& scan, const ScanContext& context) {
  follower_.apply(scan, {context.patterns, in_.progress, context.failures, context.stop});
  return follower_.take_too_deep();
}

void InotifySource::collect(const base::GlobList& patterns) {
  if (is_on()) follower_.collect(patterns);
}

}  // namespace reaper::live
