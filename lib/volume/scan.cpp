#include "volume/scan.hpp"

#include "charts/chart.hpp"
#include "volume/directory_entries.hpp"
#include "volume/foreign_directory.hpp"
#include "volume/means_gone.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace reaper::volume {
namespace {

/// The number of directories to read ahead for each thread of the pool: one that is being read, and one that is ready.
constexpr std::size_t k_ahead_for_each = 2;

/// The limit for all levels in total. Each directory that is read ahead needs a descriptor and some kilobytes. A level
/// may use half of the number that the levels above it leave free.
constexpr std::size_t k_max_ahead = 128;

/// The scan times the calls of one directory in this many, because reading the clock takes time, too.
constexpr unsigned k_timed_every = 8;

/// Calls for a directory without charts: opening it, its entries, and its end.
constexpr std::uint64_t k_calls_each = 3;

unsigned level_of(std::string_view path) {
  return path.empty() ? 0 : static_cast<unsigned>(std::count(path.begin(), path.end(), '/')) + 1;
}

/// Returns true for an error that says nothing about the directory.
bool lacks_resources(const base::Result<void>& opened) {
  return !opened && (opened.error().is(EMFILE) || opened.error().is(ENFILE) || opened.error().is(ENOMEM));
}

}  // namespace

Scan::Scan(Root& root, std::string start, const ScanOptions& options)
    : root_(root),
      start_(std::move(start)),
      start_level_(level_of(start_)),
      options_(options),
      buffer_(k_entries_buffer_bytes),
      reader_(parts()) {}

Scan::~Scan() {
  if (ahead_) ahead_->drop();
}

ReadingParts Scan::parts() {
  return {&root_, &options_.patterns, &options_.progress, options_.headroom, options_.stop};
}

DirectoryReader::Below Scan::below(unsigned depth) const {
  return start_level_ + depth >= k_max_levels ? DirectoryReader::Below::too_deep : DirectoryReader::Below::scanned;
}

template <class Call>
auto Scan::timed(Call call) {
  if (!spent_) return call();
  const auto began = CallPool::Clock::now();
  auto result = call();
  *spent_ += CallPool::Clock::now() - began;
  return result;
}

// Going from one directory to the next

bool Scan::next_directory() {
  if (name_ == nullptr) {
    name_ = "";
    result_.found = !leads_to_foreign_directory(start_);
    return result_.found;
  }
  leave_directory();
  for (; !above_.empty(); above_.pop_back()) {
    if (options_.stop.stop_requested()) {
      result_.stopped = true;
      return false;
    }
    UpcomingDirectories& upcoming = above_.back().upcoming;
    read_ahead(upcoming);
    auto [name, ahead] = upcoming.take();
    name_ = name;
    ahead_ = std::move(ahead);
    if (name_ == nullptr) continue;
    --pending_;
    return true;
  }
  name_ = "";
  return false;
}

void Scan::leave_directory() {
  PendingNames& subdirectories = reader_.findings().subdirectories;
  if (subdirectories.count() != 0) {
    pending_ += subdirectories.count();
    above_.push_back({path(), {reader_.take_descriptor(), std::exchange(subdirectories, {})}});
  }
  reader_.end();
  if (ahead_) ahead_->drop();
  ahead_.reset();
  uses_ahead_ = false;
}

void Scan::read_ahead(UpcomingDirectories& upcoming) {
  CallPool& pool = root_.pool();
  if (!pool.is_wide() || !options_.reads_ahead) return;
  std::size_t others = 0;
  for (const Level& level : above_) others += level.upcoming.ahead();
  others -= upcoming.ahead();
  const std::size_t wanted = std::min(pool.width() * k_ahead_for_each, (k_max_ahead - others) / 2);
  ReadingParts in = parts();
  in.progress = nullptr;
  in.headroom = nullptr;
  upcoming.read_ahead(pool, in, below(depth()), wanted);
}

void Scan::drop_read_ahead() {
  for (Level& level : above_) level.upcoming.drop_read_ahead();
}

std::string Scan::path() const { return above_.empty() ? start_ : charts::join_path(above_.back().path, name_); }

// Opening

Scan::Opening Scan::open() {
  const auto opened = open_directory();
  if (opened) return Opening::opened;
  const base::Error& error = opened.error();
  if (means_gone(error)) {
    result_.found = result_.found && !above_.empty();
    return Opening::gone;
  }
  if (error.is(EXDEV)) {
    ++result_.mounts;
    return Opening::mount;
  }
  const std::string where = path();
  options_.failures.add(error.with_path(where), where);
  return Opening::failed;
}

base::Result<void> Scan::open_directory() {
  spent_.reset();
  uses_ahead_ = use_read_ahead();
  if (uses_ahead_) return ahead_->opened();
  if (++opened_ % k_timed_every == 0) spent_.emplace(0);
  return timed([this] { return open_now(); });
}

base::Result<void> Scan::open_now() {
  auto opened =
      above_.empty() ? root_.open_directory(start_) : root_.open_child(above_.back().upcoming.directory(), name_);
  if (!opened) return opened.error();
  reader_.begin(*std::move(opened), below(depth()));
  return {};
}

/// Returns false if the directory must be opened and read now.
bool Scan::use_read_ahead() {
  if (!ahead_ || !ahead_->finish()) return false;
  options_.progress.step();
  if (lacks_resources(ahead_->opened())) {
    drop_read_ahead();
    return false;
  }
  if (const auto call_time = ahead_->call_time()) root_.pool().note(*call_time);
  if (reads_again_) return false;
  reader_ = std::move(ahead_->reader());
  reader_.use(parts());
  return true;
}

base::Result<DirectoryTime> Scan::time() const {
  if (uses_ahead_) return ahead_->time();
  const auto modified_ns = root_.modified_ns(reader_.descriptor());
  if (!modified_ns) return modified_ns.error();
  return DirectoryTime{.modified_ns = *modified_ns};
}

// Reading

bool Scan::read(ScanBatch& batch) {
  batch.clear();
  if (!read_next(batch)) return false;
  take_findings();
  result_.stopped = result_.stopped || batch.ending() == ScanBatch::Ending::stopped;
  Progress::increase(options_.progress.charts_seen, batch.charts().size());
  return true;
}

bool Scan::read_next(ScanBatch& batch) {
  if (uses_ahead_ && ahead_->has_first_batch()) {
    batch = ahead_->take_first_batch();
    if (options_.headroom != nullptr)
      for (std::uint64_t i = 0; i < reader_.findings().looks; ++i) options_.headroom->note_look();
    return true;
  }
  return timed([&] { return reader_.read(batch, buffer_, {.charts = k_chunk_charts}); });
}

void Scan::take_findings() {
  DirectoryReader::Findings& found = reader_.findings();
  if (const auto spent = std::exchange(spent_, {}))
    if (const auto call_time = found.mean_call(*spent, k_calls_each)) root_.pool().note(*call_time);
  found.looks = 0;
  found.looked_at_once = false;
  result_.too_deep += std::exchange(found.too_deep, 0);
  result_.mounts += std::exchange(found.mounts, 0);
  if (found.failures.total() != 0) options_.failures.add_all(std::exchange(found.failures, {}), path());
}

}  // namespace reaper::volume
