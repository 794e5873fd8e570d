#pragma once

#include "base/error.hpp"
#include "volume/directory_reader.hpp"
#include "volume/scan_batch.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace reaper::volume {

/// The modification time of a directory, in nanoseconds since 1970, and the time since it was looked at.
struct DirectoryTime {
  std::int64_t modified_ns = 0;
  std::chrono::nanoseconds age{0};
};

/// A directory that a thread of a pool opens and reads before its turn in a scan.
class AheadDirectory {
 public:
  /// `parent` is an open directory. It must stay open until finish().
  AheadDirectory(const ReadingParts& in, int parent, std::string name, DirectoryReader::Below below)
      : root_(in.root), parent_(parent), name_(std::move(name)), below_(below), reader_(in) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Opens and reads the directory. For a thread of the pool.
  void run();

  /// If run() has started, waits for it and returns true. Otherwise cancels it and returns false.
  bool finish();

  /// Keeps run() from beginning.
  void cancel() noexcept;
  /// Waits for run() if it has begun, and forgets the results.
  void drop();

  // The results, once finish() has returned true.

  /// Returns the error if the directory could not be opened. It has the name only.
  [[nodiscard]] const base::Result<void>& opened() const noexcept { return opened_; }
  /// Returns the directory's modification time, which was read before its entries, or the error.
  [[nodiscard]] base::Result<DirectoryTime> time() const;
  [[nodiscard]] DirectoryReader& reader() noexcept { return reader_; }
  [[nodiscard]] bool has_first_batch() const noexcept { return has_first_batch_; }
  [[nodiscard]] ScanBatch take_first_batch() noexcept {
    has_first_batch_ = false;
    return std::move(first_batch_);
  }
  /// Returns the mean time of its calls; nothing if it could not be opened.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> call_time() const noexcept { return call_time_; }

 private:
  enum class State : std::uint8_t { waiting, running, done, dropped };

  void open_and_read();

  Root* root_;
  int parent_;
  std::string name_;
  DirectoryReader::Below below_;
  DirectoryReader reader_;
  ScanBatch first_batch_;
  bool has_first_batch_ = false;
  base::Result<void> opened_;
  base::Result<std::int64_t> modified_ns_{0};
  std::chrono::steady_clock::time_point looked_at_;  // before the call
  std::chrono::steady_clock::time_point opened_at_;  // after it
  std::optional<std::chrono::nanoseconds> call_time_;
  std::atomic<State> state_ = State::waiting;
};

}  // namespace reaper::volume
