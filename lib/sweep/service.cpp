#include "sweep/service.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

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

/// On a volume so large that a look takes long, looks may take up a fifth of the worker's time, but figures are never
/// older than this when the worker is free.
constexpr std::chrono::seconds k_oldest{5};
constexpr int k_look_share = 4;

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
};

Service::Service(asio::io_context& io, Sweeper& sweeper, Worker& worker, telemetry::Log& log, ServiceSettings settings)
    : io_(&io),
      sweeper_(&sweeper),
      worker_(&worker),
      log_(&log),
      settings_(std::make_shared<const ServiceSettings>(std::move(settings))),
      timer_(io),
      usage_watch_(log) {}

Service::~Service() = default;

asio::awaitable<std::shared_ptr<const Report>> Service::sweep(Request request) {
  const auto same = std::find_if(waiting_.begin(), waiting_.end(), [&](const FlightPtr& flight) {
    return flight->work == Work::sweep && are_equal(flight->request, request);
  });
  const FlightPtr flight = same != waiting_.end() ? *same : enqueue(Work::sweep, std::move(request));
  if (!flight->done) co_await flight->landed.async_wait(k_wait);
  co_return flight->report;
}

asio::awaitable<std::shared_ptr<const Storage>> Service::storage() {
  if (!is_fresh())
    if (const FlightPtr flight = join_or_look()) co_await flight->landed.async_wait(k_wait);
  co_return storage_;
}

asio::awaitable<void> Service::check_root() {
  if (running_ || stopping_) co_return;
  const FlightPtr flight = enqueue(Work::check);
  co_await flight->landed.async_wait(k_wait);
}

void Service::apply(ServiceSettings settings) {
  settings_ = std::make_shared<const ServiceSettings>(std::move(settings));
  storage_at_ = {};
  timer_.cancel();
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
  running_ = waiting_.front();
  waiting_.pop_front();
  worker_->post([this, flight = running_, settings = settings_] {
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
        flight.report = std::make_shared<const Report>(sweeper_->sweep(flight.request, policy, worker_->stop_token()));
        break;
      case Work::look: flight.look = sweeper_->look(policy, worker_->stop_token()); break;
      case Work::check: flight.look.problem = sweeper_->check_root(); break;
    }
  } catch (const std::exception& error) {
    // Out of memory, most likely: the volume is as it is, and the next sweep tries again.
    log_->write(telemetry::LogLevel::error, "Error during chart cleanup", {{"error", error.what()}});
    Report report;
    report.request = flight.request;
    report.errors = 1;
    report.problem = std::string("internal error: ") + error.what();
    flight.look.problem = *report.problem;
    flight.report = std::make_shared<const Report>(std::move(report));
  }
  flight.took = SteadyClock::now() - began;
}

void Service::land(const FlightPtr& flight) {
  running_.reset();
  flight->done = true;
  if (flight->work == Work::sweep) {
    add_to_totals(flight->report);
    publish(flight->report->storage, flight->report->problem.value_or(""));
  } else {
    if (flight->work == Work::look) look_took_ = flight->took;
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
    storage_ = std::move(storage);
    storage_at_ = SteadyClock::now();
  } else if (!problem_.empty()) {
    storage_.reset();
  }
  if (on_change_) on_change_();
}

void Service::add_to_totals(const std::shared_ptr<const Report>& report) {
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
  const auto most = std::clamp<SteadyClock::duration>(look_took_ * k_look_share, k_fresh, k_oldest);
  return storage_ && SteadyClock::now() - storage_at_ < most;
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
