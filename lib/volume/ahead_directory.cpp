#include "volume/ahead_directory.hpp"

#include "volume/call_pool.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace reaper::volume {

void AheadDirectory::run() {
  State expected = State::waiting;
  if (!state_.compare_exchange_strong(expected, State::running)) return;
  const auto began = CallPool::Clock::now();
  open_and_read();
  // Opening, its time, the entries and the end of the directory.
  constexpr std::uint64_t k_calls_each = 4;
  // If there is no mean of all calls, take that of the first two.
  if (opened_)
    call_time_ =
        reader_.findings().mean_call(CallPool::Clock::now() - began, k_calls_each).value_or((opened_at_ - began) / 2);
  state_ = State::done;
  state_.notify_one();
}

void AheadDirectory::open_and_read() {
  auto directory = root_->open_child(parent_, name_.c_str());
  if (!directory) {
    opened_ = directory.error();
    return;
  }
  CallPool::note_call();
  looked_at_ = CallPool::Clock::now();
  modified_ns_ = root_->modified_ns(directory->get());
  opened_at_ = CallPool::Clock::now();
  CallPool::note_call();
  reader_.begin(*std::move(directory), below_);
  // Some two hundred entries, and the end. The scan reads the rest of a larger directory itself.
  std::array<std::byte, 8UL * 1024> buffer;  // NOLINT(*-member-init): filled by the kernel
  has_first_batch_ = reader_.read(first_batch_, buffer, {.reads = 2});
}

base::Result<DirectoryTime> AheadDirectory::time() const {
  if (!modified_ns_) return modified_ns_.error();
  return DirectoryTime{*modified_ns_, CallPool::Clock::now() - looked_at_};
}

void AheadDirectory::cancel() noexcept {
  State expected = State::waiting;
  state_.compare_exchange_strong(expected, State::dropped);
}

bool AheadDirectory::finish() {
  cancel();
  state_.wait(State::running);
  return state_ == State::done;
}

void AheadDirectory::drop() {
  static_cast<void>(finish());
  state_ = State::dropped;
  first_batch_ = ScanBatch();
  reader_.end();  // closes the directory
}

}  // namespace reaper::volume
