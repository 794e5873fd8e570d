#include "sweep/service.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace reaper::sweep {
namespace {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;

/// A timer that was cancelled is how a waiting coroutine is woken, not an error.
constexpr auto k_wait = asio::as_tuple(asio::use_awaitable);

/// Figures of this age are new enough for a person or a scrape.
constexpr std::chrono::seconds k_fresh{1};

/// Where nothing is watched, looks and the scans between them stay under a hundredth of the worker's time.
constexpr int k_pause_to_look = 199;

/// How long a watched volume is left alone after a change at most: what is written into one chart comes in several
/// events.
constexpr std::chrono::milliseconds k_settle{20};

/// Free space can vanish without any event below the root.
constexpr std::chrono::seconds k_look_at_space{30};

/// How often a root that cannot be used is tried.
constexpr std::chrono::seconds k_retry{5};

/// Different sweeps that may wait because they were asked for: each is a chart set that a DELETE names.
constexpr std::size_t k_most_sweeps = 64;

/// However short the interval that is set, the worker is not busy with sweeps alone.
constexpr std::chrono::milliseconds k_shortest_interval{100};

bool are_equal(const Request& left, const Request& right) {
  return left.scope == right.scope && left.dry_run == right.dry_run && left.set == right.set;
}

}  // namespace

Service::Service(asio::io_context& io, Parts parts, ServiceSettings settings)
    : io_(&io),
      parts_(parts),
      settings_(std::make_shared<const ServiceSettings>(std::move(settings))),
      timer_(io),
      follow_timer_(io),
      room_timer_(io),
      first_known_(io),
      changes_(io),
      usage_watch_(parts.log) {
  wait_on_watches();
  parts.sweeper.on_storage([this](std::shared_ptr<const Storage> storage) {
    asio::post(*io_, [this, storage = std::move(storage)] { note_storage(storage); });
  });
}

Service::~Service() = default;

asio::awaitable<std::shared_ptr<const Report>> Service::sweep(Request request) {
  JobPtr job = waiting_.find(Job::Kind::sweep, [&](const Job& waiting) {
    // One that only makes room does not read everything.
    return waiting.request.trigger != Trigger::limit && are_equal(waiting.request, request);
  });
  if (!job) {
    const bool is_asked_for = request.trigger == Trigger::request;
    if (is_asked_for && waiting_.count(Job::Kind::sweep) >= k_most_sweeps) co_return nullptr;
    job = order_sweep(std::move(request));
  }
  co_await end_of(job);
  co_return job->report;
}

asio::awaitable<std::shared_ptr<const Storage>> Service::storage() {
  // A long first sweep tells what it has found so far.
  if (running_ && !storage_) co_await first_known_.async_wait(k_wait);
  const bool nothing_yet = running_ && !storage_;
  if (!nothing_yet && !is_fresh())
    if (const JobPtr job = join_or_look()) co_await end_of(job);
  co_return storage_;
}

asio::awaitable<void> Service::check_root() {
  if (running_ || stopping_) co_return;
  co_await end_of(enqueue(std::make_shared<Job>(Job::Kind::check)));
}

Progress Service::progress() const {
  const volume::Progress& now = parts_.progress;
  return {now.activity, now.charts_seen, now.charts_removed, now.bytes_freed};
}

void Service::apply(ServiceSettings settings) {
  settings_ = std::make_shared<const ServiceSettings>(std::move(settings));
  storage_at_ = {};
  limit_sweep_backoff_.reset();
  timer_.cancel();
  follow_timer_.cancel();
}

asio::awaitable<void> Service::run() {
  Request request;
  for (request.trigger = Trigger::start; !stopping_; request.trigger = Trigger::timer) {
    if (settings_->automatic) co_await sweep(request);
    else co_await storage();
    co_await pause();
  }
}

void Service::stop() {
  stopping_ = true;
  timer_.cancel();
  follow_timer_.cancel();
  room_timer_.cancel();
  first_known_.cancel();
  boost::system::error_code ignored;  // it was closed, or never open
  changes_.close(ignored);
  for (const JobPtr& job : waiting_.take_all()) call_off(*job);
}

JobPtr Service::order_sweep(Request request) {
  auto job = std::make_shared<Job>(Job::Kind::sweep);
  job->request = std::move(request);
  return enqueue(std::move(job));
}

JobPtr Service::enqueue(JobPtr job) {
  if (stopping_) {
    call_off(*job);
    return job;
  }
  waiting_.push(job);
  start_next();
  return job;
}

/// Waits for the job to end. True if it has: all but sweeps are waited for with patience only, as a volume may hang.
asio::awaitable<bool> Service::end_of(JobPtr job) {
  if (job->done) co_return true;
  const bool is_sweep = job->kind == Job::Kind::sweep;
  asio::steady_timer patience(*io_, is_sweep ? SteadyClock::time_point::max() : SteadyClock::now() + k_patience);
  const auto place = job->waiters.insert(job->waiters.end(), [&patience] { patience.cancel(); });
  co_await patience.async_wait(k_wait);
  job->waiters.erase(place);
  // Nobody wants the answer any more.
  if (!job->done && job->waiters.empty()) waiting_.drop(job);
  co_return job->done;
}

/// The look to wait for, if it is worth waiting. A long sweep is not, unless nothing at all is known yet.
JobPtr Service::join_or_look() {
  if (running_ && running_->kind == Job::Kind::look) return running_;
  if (stopping_ || (running_ && storage_)) return nullptr;
  if (JobPtr look = waiting_.find(Job::Kind::look)) return look;
  return enqueue(std::make_shared<Job>(Job::Kind::look));
}

void Service::start_next() {
  if (running_) return;
  running_ = waiting_.take_next();
  if (!running_) return;
  if (!storage_) first_known_.expires_after(k_patience);
  parts_.worker.post([this, job = running_, settings = settings_] {
    perform(*job, settings->policy);
    asio::post(*io_, [this, job] { land(job); });
  });
}

/// Runs on the worker's thread.
void Service::perform(Job& job, const Policy& policy) {
  const auto began = SteadyClock::now();
  const std::stop_token stop = parts_.worker.stop_token();
  try {
    switch (job.kind) {
      case Job::Kind::sweep:
        job.report = std::make_shared<const Report>(parts_.sweeper.sweep(job.request, policy, stop));
        break;
      case Job::Kind::look: job.look = parts_.sweeper.look(policy, stop); break;
      case Job::Kind::examine: {
        AnswersResult found = parts_.sweeper.examine(policy, job.questions, stop);
        job.look = std::move(found.found);
        job.answers = std::move(found.answers);
        break;
      }
      case Job::Kind::check: job.look.problem = parts_.sweeper.check_root(); break;
    }
  } catch (const std::exception& error) {
    // Out of memory, most likely: the volume is as it is, and the next sweep tries again.
    parts_.log.write(telemetry::LogLevel::error, "Error during chart cleanup", {{"error", error.what()}});
    Report report;
    report.request = job.request;
    report.errors = 1;
    report.problem = std::string("internal error: ") + error.what();
    job.look.problem = *report.problem;
    job.report = std::make_shared<const Report>(std::move(report));
  }
  job.took = SteadyClock::now() - began;
}

/// The descriptor is shared with the sweeper, which reads it on the worker's thread; here it is only waited for. To be
/// called while the worker has nothing to do.
void Service::wait_on_watches() {
  if (changes_.is_open() || stopping_) return;
  if (const int descriptor = ::fcntl(parts_.sweeper.watch_descriptor(), F_DUPFD_CLOEXEC, 0); descriptor >= 0)
    changes_.assign(descriptor);
}

void Service::land(const JobPtr& job) {
  running_.reset();
  // There may have been no instance of inotify to be had before.
  wait_on_watches();
  if (job->kind == Job::Kind::sweep) {
    add_to_totals(job->report);
    limit_sweep_backoff_.note(*job->report, settings_->interval, SteadyClock::now());
    publish(job->report->storage, job->report->problem.value_or(""));
  } else {
    if (job->kind == Job::Kind::look && job->look.storage) look_took_ = job->took;
    recent_.note(job->answers, SteadyClock::now());
    publish(job->look.storage, job->look.problem);
  }
  job->end();
  start_next();
}

/// For work that will not begin any more.
void Service::call_off(Job& job) {
  Report report;
  report.request = job.request;
  report.stopped = true;
  job.report = std::make_shared<const Report>(std::move(report));
  job.end();
}

void Service::publish(std::shared_ptr<const Storage> storage, std::string problem) {
  // The pause between sweeps is another one while the root cannot be used.
  if (problem.empty() != problem_.empty()) timer_.cancel();
  problem_ = std::move(problem);
  if (storage) {
    usage_watch_.note_usage(storage->bytes, settings_->policy.limits.max_size_bytes);
    note_storage(std::move(storage));
    storage_at_ = SteadyClock::now();
    sweep_for_room(*storage_);
    return;
  }
  if (!problem_.empty()) {
    storage_.reset();
    recent_.clear();
  }
  first_known_.cancel();
  if (on_change_) on_change_();
}

void Service::note_storage(std::shared_ptr<const Storage> storage) {
  usage_.note({storage->as_of, storage->bytes, storage->files});
  // Until it is known to be watched, a volume is only looked at now and then.
  if (storage->watched && (!storage_ || !storage_->watched)) follow_timer_.cancel();
  storage_ = std::move(storage);
  first_known_.cancel();
  if (on_change_) on_change_();
}

/// Orders a sweep if there is too little room and something to remove for it, or waits until there is.
void Service::sweep_for_room(const Storage& storage) {
  room_timer_.cancel();
  if (!settings_->automatic || stopping_ || !storage.next_removal) return;
  const auto now = SteadyClock::now();
  const auto due = std::max(now + (*storage.next_removal - storage.as_of), limit_sweep_backoff_.earliest_sweep());
  if (due > now) {
    room_timer_.expires_at(due);
    room_timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      storage_at_ = {};
      follow_timer_.cancel();
    });
    return;
  }
  const JobPtr ordered = waiting_.find(Job::Kind::sweep, [](const Job& job) {
    return job.request.scope == Scope::retention && job.request.dry_run == DryRun::no;
  });
  if (!ordered) order_sweep({.trigger = Trigger::limit, .set = {}, .asked_by = {}});
}

void Service::add_to_totals(const std::shared_ptr<const Report>& report) {
  history_.note(*report);
  // What a DELETE of one set has changed is seen by the next look.
  if (!report->storage) storage_at_ = {};
  if (report->request.dry_run == DryRun::yes) return;
  for (std::size_t i = 0; i < report->by_reason.size(); ++i) {
    totals_.removed[i].files += report->by_reason[i].files;
    totals_.removed[i].bytes += report->by_reason[i].bytes;
  }
  for (const auto& [why, count] : report->skipped) totals_.skipped[why] += count;
  for (const auto& [operation, count] : report->errors_by_operation) totals_.errors_by_operation[operation] += count;
  totals_.sweeps[{report->request.trigger, report->errors == 0}] += 1;
  totals_.directories_removed += report->directories_removed;
  totals_.last = report;
  usage_watch_.note_errors(report->errors);
}

bool Service::is_fresh() const {
  if (!storage_) return false;
  // With watches a look costs nothing if nothing has changed.
  return !storage_->watched && SteadyClock::now() - storage_at_ < between_looks();
}

SteadyClock::duration Service::between_looks() const {
  const auto interval = std::max<SteadyClock::duration>(settings_->interval, k_fresh);
  return std::clamp<SteadyClock::duration>(look_took_ * k_pause_to_look, k_fresh, interval);
}

asio::awaitable<void> Service::follow() {
  while (!stopping_) {
    co_await wait_for_change();
    if (stopping_) co_return;
    if (const JobPtr job = join_or_look()) co_await end_of(job);
    else if (running_) co_await end_of(running_);
  }
}

/// Until something has happened on a watched volume, and a little longer so that what belongs together is looked at
/// together; on any other until it is time for a look.
asio::awaitable<void> Service::wait_for_change() {
  const bool watched = storage_ && storage_->watched && changes_.is_open();
  if (!watched) {
    follow_timer_.expires_after(between_looks());
    co_await follow_timer_.async_wait(k_wait);
    co_return;
  }
  follow_timer_.expires_after(
      std::min<SteadyClock::duration>(k_look_at_space, storage_->next_look.value_or(k_look_at_space)));
  follow_timer_.async_wait([this](const boost::system::error_code&) {
    boost::system::error_code ignored;  // closed at the end of the program
    changes_.cancel(ignored);
  });
  co_await changes_.async_wait(asio::posix::stream_descriptor::wait_read, k_wait);
  const std::uint64_t limit = settings_->policy.limits.max_size_bytes;
  const std::uint64_t room = storage_ ? limit - std::min(limit, storage_->bytes) : limit;
  follow_timer_.expires_after(std::min<SteadyClock::duration>(
      k_settle, time_to_fill(std::min(room, storage_ ? storage_->free_bytes.value_or(room) : room))));
  co_await follow_timer_.async_wait(k_wait);
}

/// Waits until the next sweep is due.
asio::awaitable<void> Service::pause() {
  const auto began = SteadyClock::now();
  while (!stopping_) {
    const auto due = began + std::max<SteadyClock::duration>(settings_->interval, k_shortest_interval);
    const bool broken = !problem_.empty();
    timer_.expires_at(broken ? std::min(due, SteadyClock::now() + k_retry) : due);
    co_await timer_.async_wait(k_wait);
    if (SteadyClock::now() >= due) co_return;
    if (!broken) continue;
    co_await check_root();
    if (problem_.empty()) co_return;
  }
}

}  // namespace reaper::sweep
