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

/// Figures of each chart set take memory, so they are kept only while somebody looks at them.
constexpr std::chrono::minutes k_forget_figures{1};

/// Where nothing is watched, looks and the scans between them stay under a hundredth of the worker's time.
constexpr int k_pause_to_look = 199;

/// How long a watched volume is left alone after a change at most: what is written into one chart comes in several
/// events.
constexpr std::chrono::milliseconds k_settle{20};

/// Free space can vanish without any event below the root.
constexpr std::chrono::seconds k_look_at_space{30};

/// How long an answer waits for a look before it goes out with what was last known.
constexpr std::chrono::seconds k_patience{2};

/// How often a root that cannot be used is tried.
constexpr std::chrono::seconds k_retry{5};

/// However short the interval that is set, the worker is not busy with sweeps alone.
constexpr std::chrono::milliseconds k_shortest_interval{100};

bool are_equal(const Request& left, const Request& right) {
  return left.scope == right.scope && left.dry_run == right.dry_run && left.set == right.set;
}

}  // namespace

/// A piece of work on its way through the queue and the worker, and those who wait for it.
struct Service::Flight {
  Flight(asio::io_context& io, Work what, Request whose)
      : work(what), request(std::move(whose)), landed(io, SteadyClock::time_point::max()) {}

  Work work;
  Request request;
  bool done = false;          // on the io_context's thread: the result may be read
  asio::steady_timer landed;  // cancelled when done, which wakes all who wait; it never runs out for a sweep
  SteadyClock::duration took{};

  // Written by the worker, before it is done.
  std::shared_ptr<const Report> report;
  Look look;
  Examination examination;
};

Service::Service(asio::io_context& io, Parts parts, ServiceSettings settings)
    : io_(&io),
      parts_(parts),
      settings_(std::make_shared<const ServiceSettings>(std::move(settings))),
      timer_(io),
      follow_timer_(io),
      room_timer_(io),
      first_known_(io),
      changes_(io),
      figures_timer_(io),
      usage_watch_(parts.log) {
  wait_on_watches();
  parts.sweeper.on_storage([this](std::shared_ptr<const Storage> storage) {
    asio::post(*io_, [this, storage = std::move(storage)] { note_storage(storage); });
  });
}

Service::~Service() = default;

asio::awaitable<std::shared_ptr<const Report>> Service::sweep(Request request) {
  const auto same = std::find_if(waiting_.begin(), waiting_.end(), [&](const FlightPtr& flight) {
    // One that only makes room does not read everything.
    return flight->work == Work::sweep && flight->request.trigger != Trigger::limit &&
           are_equal(flight->request, request);
  });
  const FlightPtr flight = same != waiting_.end() ? *same : enqueue(Work::sweep, std::move(request));
  if (!flight->done) co_await flight->landed.async_wait(k_wait);
  co_return flight->report;
}

asio::awaitable<std::shared_ptr<const Storage>> Service::storage() {
  // A long first sweep tells what it has found so far.
  if (running_ && !storage_) co_await first_known_.async_wait(k_wait);
  const bool nothing_yet = running_ && !storage_;
  if (!nothing_yet && !is_fresh())
    if (const FlightPtr flight = join_or_look()) co_await flight->landed.async_wait(k_wait);
  co_return storage_;
}

asio::awaitable<std::shared_ptr<const ChartFigures>> Service::figures() {
  figures_timer_.expires_after(k_forget_figures);
  figures_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) figures_.reset();
  });
  const bool fresh = figures_ && SteadyClock::now() - figures_at_ < k_fresh;
  const bool occupied = running_ && running_->work == Work::sweep;
  if (!fresh && !occupied && !stopping_) {
    const FlightPtr flight = enqueue(Work::examine);
    co_await flight->landed.async_wait(k_wait);
  }
  co_return problem_.empty() ? figures_ : nullptr;
}

asio::awaitable<ChartSearch> Service::find_chart(std::string path) {
  Request request;
  request.set = std::move(path);
  const FlightPtr flight = enqueue(Work::examine, std::move(request));
  co_await flight->landed.async_wait(k_wait);
  if (!flight->done) co_return ChartSearch{};
  co_return ChartSearch{flight->examination.searched, flight->examination.chart};
}

asio::awaitable<void> Service::check_root() {
  if (running_ || stopping_) co_return;
  const FlightPtr flight = enqueue(Work::check);
  co_await flight->landed.async_wait(k_wait);
}

Progress Service::progress() const {
  const volume::Progress& now = parts_.progress;
  return {now.activity, now.charts_seen, now.charts_removed, now.bytes_freed};
}

void Service::apply(ServiceSettings settings) {
  settings_ = std::make_shared<const ServiceSettings>(std::move(settings));
  storage_at_ = {};
  room_pause_.reset();
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
  for (const FlightPtr& flight : std::exchange(waiting_, {})) call_off(*flight);
}

Service::FlightPtr Service::enqueue(Work work, Request request) {
  auto flight = std::make_shared<Flight>(*io_, work, std::move(request));
  // Looks and checks are waited for with patience only: a volume may hang.
  if (work != Work::sweep) flight->landed.expires_after(k_patience);
  if (stopping_) {
    call_off(*flight);
    return flight;
  }
  waiting_.push_back(flight);
  start_next();
  return flight;
}

/// The look to wait for, if it is worth waiting. A long sweep is not, unless nothing at all is known yet.
Service::FlightPtr Service::join_or_look() {
  if (running_ && running_->work == Work::look) return running_;
  if (stopping_ || (running_ && storage_)) return nullptr;
  const auto look = std::find_if(waiting_.begin(), waiting_.end(),
                                 [](const FlightPtr& flight) { return flight->work == Work::look; });
  return look != waiting_.end() ? *look : enqueue(Work::look);
}

void Service::start_next() {
  if (running_ || waiting_.empty()) return;
  if (!storage_) first_known_.expires_after(k_patience);
  running_ = waiting_.front();
  waiting_.pop_front();
  parts_.worker.post([this, flight = running_, settings = settings_] {
    perform(*flight, settings->policy);
    asio::post(*io_, [this, flight] { land(flight); });
  });
}

/// Runs on the worker's thread.
void Service::perform(Flight& flight, const Policy& policy) {
  const auto began = SteadyClock::now();
  try {
    switch (flight.work) {
      case Work::sweep:
        flight.report =
            std::make_shared<const Report>(parts_.sweeper.sweep(flight.request, policy, parts_.worker.stop_token()));
        break;
      case Work::look: flight.look = parts_.sweeper.look(policy, parts_.worker.stop_token()); break;
      case Work::examine:
        flight.examination = parts_.sweeper.examine(policy, flight.request.set, parts_.worker.stop_token());
        flight.look.problem = flight.examination.problem;
        break;
      case Work::check: flight.look.problem = parts_.sweeper.check_root(); break;
    }
  } catch (const std::exception& error) {
    // Out of memory, most likely: the volume is as it is, and the next sweep tries again.
    parts_.log.write(telemetry::LogLevel::error, "Error during chart cleanup", {{"error", error.what()}});
    Report report;
    report.request = flight.request;
    report.errors = 1;
    report.problem = std::string("internal error: ") + error.what();
    flight.look.problem = *report.problem;
    flight.report = std::make_shared<const Report>(std::move(report));
  }
  flight.took = SteadyClock::now() - began;
}

/// The descriptor is shared with the sweeper, which reads it on the worker's thread; here it is only waited for. To be
/// called while the worker has nothing to do.
void Service::wait_on_watches() {
  if (changes_.is_open() || stopping_) return;
  if (const int descriptor = ::fcntl(parts_.sweeper.watch_descriptor(), F_DUPFD_CLOEXEC, 0); descriptor >= 0)
    changes_.assign(descriptor);
}

void Service::land(const FlightPtr& flight) {
  running_.reset();
  // There may have been no instance of inotify to be had before.
  wait_on_watches();
  flight->done = true;
  if (flight->work == Work::sweep) {
    add_to_totals(flight->report);
    room_pause_.note(*flight->report, settings_->interval, SteadyClock::now());
    publish(flight->report->storage, flight->report->problem.value_or(""));
  } else {
    if (flight->work == Work::look && flight->look.storage) look_took_ = flight->took;
    if (flight->examination.figures) {
      figures_ = flight->examination.figures;
      figures_at_ = SteadyClock::now();
    }
    publish(flight->look.storage, flight->look.problem);
  }
  flight->landed.cancel();
  start_next();
}

/// For work that will not begin any more.
void Service::call_off(Flight& flight) {
  Report report;
  report.request = flight.request;
  report.stopped = true;
  flight.report = std::make_shared<const Report>(std::move(report));
  flight.done = true;
  flight.landed.cancel();
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
  if (!problem_.empty()) storage_.reset();
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
  const auto due = std::max(now + (*storage.next_removal - storage.as_of), room_pause_.over());
  if (due > now) {
    room_timer_.expires_at(due);
    room_timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      storage_at_ = {};
      follow_timer_.cancel();
    });
    return;
  }
  const bool ordered = std::any_of(waiting_.begin(), waiting_.end(), [](const FlightPtr& flight) {
    return flight->work == Work::sweep && flight->request.scope == Scope::retention &&
           flight->request.dry_run == DryRun::no;
  });
  if (!ordered) enqueue(Work::sweep, Request{.trigger = Trigger::limit, .set = {}, .asked_by = {}});
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
  totals_.time_sweeping += report->duration;
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
    if (const FlightPtr flight = join_or_look()) co_await flight->landed.async_wait(k_wait);
    else if (running_) {
      const FlightPtr running = running_;
      co_await running->landed.async_wait(k_wait);
    }
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
