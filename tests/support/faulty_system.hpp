#pragma once

#include "volume/system.hpp"

#include <dirent.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace reaper::test {

/// The calls of volume::System, by name.
enum class Call {
  open_at,
  open_beneath,
  read_entries,
  stat_at,
  check_access,
  check_ownership,
  stat_volume,
  read_mount_table,
  rename_at,
  link_at,
  unlink_at,
  lock,
  test_lock,
  take_lease,
  wait_for_lease_break,
  make_watcher,
  add_watch,
  remove_watch,
  read_events,
  make_directory,
  open_root,
  stat_root,
};

/// Every call that a scan or a removal makes, for tests that make each of them fail in turn.
inline constexpr std::array k_calls{
    Call::open_at,          Call::open_beneath, Call::read_entries, Call::stat_at,   Call::stat_volume,
    Call::read_mount_table, Call::rename_at,    Call::link_at,      Call::unlink_at, Call::lock,
    Call::test_lock,        Call::take_lease,   Call::open_root,    Call::stat_root};

/// Makes the real system calls, and injects faults and races into chosen ones. Several threads may make calls while
/// another one reads the counts or adds faults; set the pretended properties of the volume before these threads start.
class FaultySystem : public volume::System {
 public:
  static constexpr unsigned k_every = 0;

  /// Makes the nth call of a kind (from 1), or every one, fail with this errno; the real call is not made.
  void fail(Call call, int error_number, unsigned nth = k_every) {
    const std::lock_guard lock{mutex_};
    faults_[{call, nth}] = error_number;
  }

  /// Runs `action` right before the nth call of a kind, as if another process had run at the worst moment.
  void before(Call call, unsigned nth, std::function<void()> action) {
    const std::lock_guard lock{mutex_};
    actions_[{call, nth}] = std::move(action);
  }

  /// Runs `action` right before every call of the kind.
  void before_each(Call call, std::function<void()> action) { before(call, k_every, std::move(action)); }

  /// Returns the number of calls of a kind, including failed ones.
  [[nodiscard]] unsigned count(Call call) const {
    const std::lock_guard lock{mutex_};
    const auto found = counts_.find(call);
    return found == counts_.end() ? 0 : found->second;
  }

  /// Makes each wait for a lease break last until the lease breaks, or 20 seconds. For tests with a writer in a thread,
  /// which may be late.
  void wait_long(bool is_long) { wait_long_ = is_long; }

  /// Simulates an overflow of the inotify queue: the next read loses the queued events and reports the overflow.
  void overflow_events() { events_overflow_ = true; }

  /// Makes the next `count` reads return one event each, for short names, and later reads none, until heal().
  void hand_out_events(unsigned count) { events_left_ = count; }

  /// Makes the volume report this size and free space.
  void pretend_space(std::uint64_t total_bytes, std::uint64_t free_bytes) { space_ = {total_bytes, free_bytes}; }

  /// Makes the volume report this file system type, a magic number of statfs(2).
  void pretend_kind(long magic) { kind_ = magic; }

  /// Makes /proc/self/mountinfo have this text.
  void pretend_mounts(std::string table) { mounts_ = std::move(table); }

  /// Adds these statx(2) attributes to files of this name. The empty name stands for the open directory itself.
  void pretend_attributes(const std::string& name, std::uint64_t attributes) { attributes_[name] = attributes; }

  /// Changes the state that the server of a volume reports of each file.
  void change_state(std::function<void(struct statx&)> change) { change_state_ = std::move(change); }

  /// Makes the volume report these numbers of inodes.
  void pretend_inodes(std::uint64_t total, std::uint64_t free) { inodes_ = {total, free}; }

  /// Makes the volume report no file types in directory entries (DT_UNKNOWN).
  void hide_kinds() { kinds_hidden_ = true; }

  /// Makes every rename with a flag fail, as on FUSE and NFS.
  void refuse_rename_flags() { refuses_rename_flags_ = true; }

  /// Removes all faults and actions, and resets the counts.
  void heal() {
    const std::lock_guard lock{mutex_};
    faults_.clear();
    actions_.clear();
    counts_.clear();
    events_left_.reset();
  }

  int open_at(int directory, const char* name, int flags) override {
    return meet(Call::open_at, [&] { return System::open_at(directory, name, flags); });
  }
  int open_beneath(int directory, const char* path) override {
    return meet(Call::open_beneath, [&] { return System::open_beneath(directory, path); });
  }
  long read_entries(int directory, std::span<std::byte> buffer) override {
    return meet(Call::read_entries, [&] {
      const long length = System::read_entries(directory, buffer);
      if (kinds_hidden_ && length > 0) hide_kinds_in(buffer.first(static_cast<std::size_t>(length)));
      return length;
    });
  }
  int stat_at(int directory, const char* name, struct statx& result) override {
    return meet(Call::stat_at, [&] {
      const int told = System::stat_at(directory, name, result);
      if (const auto attributes = attributes_.find(name); attributes != attributes_.end())
        result.stx_attributes |= attributes->second;
      return told;
    });
  }
  int stat_synced_at(int directory, const char* name, struct statx& result) override {
    return meet(Call::stat_at, [&] {
      const int told = System::stat_synced_at(directory, name, result);
      if (told == 0 && change_state_) change_state_(result);
      return told;
    });
  }
  int check_access(int directory, const char* name, int mode) override {
    return meet(Call::check_access, [&] { return System::check_access(directory, name, mode); });
  }
  int check_ownership(int directory, const char* name) override {
    return meet(Call::check_ownership, [&] { return System::check_ownership(directory, name); });
  }
  int stat_volume(int descriptor, struct statfs& result) override {
    return meet(Call::stat_volume, [&] {
      const int told = System::stat_volume(descriptor, result);
      if (space_) {
        result.f_frsize = result.f_bsize = 1;
        result.f_blocks = space_->first;
        result.f_bavail = result.f_bfree = space_->second;
      }
      if (kind_) result.f_type = *kind_;
      if (inodes_) {
        result.f_files = inodes_->first;
        result.f_ffree = inodes_->second;
      }
      return told;
    });
  }
  int read_mount_table(std::string& text) override {
    return meet(Call::read_mount_table, [&] {
      if (!mounts_) return System::read_mount_table(text);
      text = *mounts_;
      return 0;
    });
  }
  int rename_at(int directory, const char* from, const char* to, unsigned flags) override {
    return meet(Call::rename_at, [&] {
      return refuses_rename_flags_ && flags != 0 ? -EINVAL : System::rename_at(directory, from, to, flags);
    });
  }
  int link_at(int directory, const char* from, const char* to) override {
    return meet(Call::link_at, [&] { return System::link_at(directory, from, to); });
  }
  int unlink_at(int directory, const char* name, int flags) override {
    return meet(Call::unlink_at, [&] { return System::unlink_at(directory, name, flags); });
  }
  int lock(int descriptor) override {
    return meet(Call::lock, [&] { return System::lock(descriptor); });
  }
  int test_lock(int descriptor) override {
    return meet(Call::test_lock, [&] { return System::test_lock(descriptor); });
  }
  int take_lease(int descriptor) override {
    return meet(Call::take_lease, [&] { return System::take_lease(descriptor); });
  }
  int wait_for_lease_break(std::chrono::nanoseconds time) override {
    return meet(Call::wait_for_lease_break, [&] { return System::wait_for_lease_break(wait_long_ ? k_long : time); });
  }
  int make_watcher() override {
    return meet(Call::make_watcher, [&] { return System::make_watcher(); });
  }
  int add_watch(int watcher, int directory) override {
    return meet(Call::add_watch, [&] { return System::add_watch(watcher, directory); });
  }
  int remove_watch(int watcher, int watch) override {
    return meet(Call::remove_watch, [&] { return System::remove_watch(watcher, watch); });
  }
  long read_events(int watcher, std::span<std::byte> buffer) override {
    return meet(Call::read_events, [&] {
      if (events_left_ == 0U) return long{-EAGAIN};
      if (events_left_) {
        --*events_left_;
        return System::read_events(watcher, buffer.first(k_one_event_bytes));
      }
      if (!events_overflow_) return System::read_events(watcher, buffer);
      events_overflow_ = false;
      while (System::read_events(watcher, buffer) > 0) {
      }
      inotify_event told{};
      told.wd = -1;
      told.mask = IN_Q_OVERFLOW;
      std::memcpy(buffer.data(), &told, sizeof told);
      return long{sizeof told};
    });
  }
  int make_directory(const char* path) override {
    return meet(Call::make_directory, [&] { return System::make_directory(path); });
  }
  int open_root(const char* path) override {
    return meet(Call::open_root, [&] { return System::open_root(path); });
  }
  int stat_root(const char* path, struct statx& result) override {
    return meet(Call::stat_root, [&] { return System::stat_root(path, result); });
  }

 private:
  template <class Function>
  auto meet(Call call, Function real) -> decltype(real()) {
    const unsigned nth = begin(call);
    for (const unsigned which : {nth, k_every})
      if (const auto action = find(actions_, call, which)) (*action)();
    for (const unsigned which : {nth, k_every})
      if (const auto fault = find(faults_, call, which)) return -*fault;
    return real();
  }

  [[nodiscard]] unsigned begin(Call call) {
    const std::lock_guard lock{mutex_};
    return ++counts_[call];
  }

  /// Returns a copy, so that the action runs without the lock: it may add faults, or wait for another thread.
  template <class Value>
  [[nodiscard]] std::optional<Value> find(const std::map<std::pair<Call, unsigned>, Value>& values, Call call,
                                          unsigned which) const {
    const std::lock_guard lock{mutex_};
    const auto found = values.find({call, which});
    return found == values.end() ? std::nullopt : std::optional{found->second};
  }

  static void hide_kinds_in(std::span<std::byte> entries) {
    while (!entries.empty()) {
      std::uint16_t length = 0;
      std::memcpy(&length, entries.data() + offsetof(dirent64, d_reclen), sizeof length);
      entries[offsetof(dirent64, d_type)] = std::byte{DT_UNKNOWN};
      entries = entries.subspan(length);
    }
  }

  static constexpr std::chrono::seconds k_long{20};
  /// An event with a name of up to 15 bytes takes 32 bytes, so this buffer holds one event but not two.
  static constexpr std::size_t k_one_event_bytes = 48;

  bool wait_long_ = false;
  bool events_overflow_ = false;
  bool refuses_rename_flags_ = false;
  bool kinds_hidden_ = false;
  std::optional<unsigned> events_left_;
  std::optional<std::pair<std::uint64_t, std::uint64_t>> space_;
  std::function<void(struct statx&)> change_state_;
  std::optional<long> kind_;
  std::optional<std::string> mounts_;
  std::map<std::string, std::uint64_t> attributes_;
  std::optional<std::pair<std::uint64_t, std::uint64_t>> inodes_;
  mutable std::mutex mutex_;  ///< Guards the members below.
  std::map<std::pair<Call, unsigned>, int> faults_;
  std::map<std::pair<Call, unsigned>, std::function<void()>> actions_;
  std::map<Call, unsigned> counts_;
};

}  // namespace reaper::test
