#include "live/watcher.hpp"

#include <sys/inotify.h>

#include <cassert>
#include <cerrno>
#include <cstring>

namespace reaper::live {
namespace {

/// Room for some hundred events. The longest, with a name of 255 bytes, takes 272.
constexpr std::size_t k_buffer_bytes = 32 * 1024;

/// Twice the kernel's queue. Without this limit, writers that never pause would keep the reader busy for ever.
constexpr unsigned k_max_reads = 64;

/// Takes one event off the front of the bytes. The caller sets `directory`.
Event take_event(std::span<const std::byte>& bytes) {
  inotify_event head;
  std::memcpy(&head, bytes.data(), sizeof head);
  const char* const name = reinterpret_cast<const char*>(bytes.data() + sizeof head);
  bytes = bytes.subspan(sizeof head + head.len);
  return {0, head.wd, head.mask, head.cookie, head.len == 0 ? std::string_view() : std::string_view(name)};
}

}  // namespace

base::Result<void> Watcher::start() {
  const int made = system_->make_watcher();
  if (made < 0) return base::errno_error(-made, "inotify_init1");
  watcher_ = base::FileDescriptor(made);
  buffer_.resize(k_buffer_bytes);
  return {};
}

base::Result<void> Watcher::watch(charts::Catalog& catalog, charts::DirectoryIndex directory, int descriptor) {
  const int watch = system_->add_watch(watcher_.get(), descriptor);
  if (watch < 0) return base::errno_error(-watch, "inotify_add_watch", catalog.path(directory));
  // The kernel knows the inode: a directory that was moved here keeps its watch.
  const auto before = directories_.find(watch);
  if (before != directories_.end() && before->second != directory) catalog.set_watch(before->second, -1);
  if (const int old = catalog.directory(directory).watch(); old >= 0 && old != watch) unwatch(catalog, directory);
  directories_[watch] = directory;
  catalog.set_watch(directory, watch);
  return {};
}

void Watcher::unwatch(charts::Catalog& catalog, charts::DirectoryIndex directory) {
  const std::int32_t watch = catalog.directory(directory).watch();
  if (watch < 0) return;
  directories_.erase(watch);
  // EINVAL: the directory is gone, so the kernel has already ended the watch.
  static_cast<void>(system_->remove_watch(watcher_.get(), watch));
  catalog.set_watch(directory, -1);
}

void Watcher::unwatch_all(charts::Catalog& catalog) {
  for (const auto& [watch, directory] : directories_) {
    catalog.set_watch(directory, -1);
    static_cast<void>(system_->remove_watch(watcher_.get(), watch));
  }
  directories_ = {};
  // Each ended watch leaves an event. Together they could fill the kernel's queue, which would look like lost events.
  for (unsigned reads = 0; reads < k_max_reads && system_->read_events(watcher_.get(), buffer_) > 0; ++reads) {
  }
}

base::Result<bool> Watcher::read(charts::Catalog& catalog, const std::function<void(const Event&)>& on_event) {
  bool complete = true;
  for (unsigned reads = 0; reads < k_max_reads; ++reads) {
    const long length = system_->read_events(watcher_.get(), buffer_);
    if (length == -EAGAIN || length == 0) return complete;
    if (length == -EINTR) continue;
    if (length < 0) return base::errno_error(static_cast<int>(-length), "read");
    std::span<const std::byte> bytes(buffer_.data(), static_cast<std::size_t>(length));
    Event last;
    last.watch = -1;
    while (!bytes.empty()) {
      Event event = take_event(bytes);
      if ((event.mask & IN_Q_OVERFLOW) != 0) complete = false;
      const auto known = directories_.find(event.watch);
      if (known == directories_.end()) continue;
      assert(catalog.directory(known->second).is_known() && catalog.directory(known->second).watch() == event.watch);
      if (last.watch == event.watch && last.name == event.name && event.cookie == 0) {
        last.mask |= event.mask;
        continue;
      }
      if (last.watch >= 0) on_event(last);
      event.directory = known->second;
      last = event;
      if ((event.mask & IN_IGNORED) == 0) continue;
      catalog.set_watch(known->second, -1);
      directories_.erase(known);
    }
    if (last.watch >= 0) on_event(last);
  }
  return complete;
}

charts::DirectoryIndex Watcher::directory_of(int watch) const {
  const auto known = directories_.find(watch);
  return known == directories_.end() ? charts::k_no_directory : known->second;
}

}  // namespace reaper::live
