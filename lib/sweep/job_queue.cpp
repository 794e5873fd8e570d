#include "sweep/job_queue.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace reaper::sweep {
namespace {

namespace asio = boost::asio;

bool are_equal(const Request& left, const Request& right) {
  return left.scope == right.scope && left.dry_run == right.dry_run && left.set == right.set;
}

/// Returns false for an old job, because clients that asked its first questions have given up. It stays only for
/// clients that still wait, and is then dropped.
bool takes_questions(const Job& job) { return Job::Clock::now() - job.ordered < k_patience; }

void end(Job& job) {
  job.has_ended = true;
  job.ended.notify_all();
}

}  // namespace

JobQueue::JobQueue(asio::any_io_executor executor, Parts parts, std::function<void(const Job&)> on_end)
    : executor_(std::move(executor)), parts_(parts), on_end_(std::move(on_end)) {}

asio::awaitable<std::shared_ptr<const Report>> JobQueue::sweep(Request request) {
  JobPtr job = find_waiting<SweepJob>([&](const Job&, const SweepJob& waiting) {
    // A limit sweep does not scan, so its report is not enough.
    return waiting.request.trigger != Trigger::limit && are_equal(waiting.request, request);
  });
  if (!job) {
    const auto sweeps = std::ranges::count_if(waiting_, [](const JobPtr& waiting) { return waiting->is<SweepJob>(); });
    if (request.trigger == Trigger::request && static_cast<std::size_t>(sweeps) >= k_max_sweeps) co_return nullptr;
    job = add(SweepJob{std::move(request)});
  }
  static_cast<void>(co_await wait_for(job));  // the result is always true, because the wait for a sweep has no limit
  co_return std::get<SweepJob>(job->work).report;
}

asio::awaitable<void> JobQueue::check_root() {
  if (running_ || is_stopping_) co_return;
  static_cast<void>(co_await wait_for(order_root_check()));  // on_end stores the result
}

void JobQueue::order_limit_sweep() {
  const JobPtr waiting = find_waiting<SweepJob>([](const Job&, const SweepJob& sweep) {
    return sweep.request.scope == Scope::retention && sweep.request.dry_run == DryRun::no;
  });
  if (!waiting) add(SweepJob{{.trigger = Trigger::limit, .set = {}, .asked_by = {}}});
}

JobPtr JobQueue::order_storage(FindUnseen find_unseen) {
  JobPtr waiting = find_waiting<StorageJob>(
      [find_unseen](const Job&, const StorageJob& storage) { return storage.find_unseen >= find_unseen; });
  return waiting ? waiting : add(StorageJob{.find_unseen = find_unseen});
}

JobPtr JobQueue::order_answers(const std::function<bool(Questions&)>& add_question) {
  JobPtr waiting = find_waiting<AnswersJob>([](const Job& job, const AnswersJob&) { return takes_questions(job); });
  if (waiting) return add_question(std::get<AnswersJob>(waiting->work).questions) ? waiting : nullptr;
  AnswersJob work;
  return add_question(work.questions) ? add(std::move(work)) : nullptr;
}

JobPtr JobQueue::find_answers(const std::function<bool(const Questions&)>& has_question) const {
  if (running_ && running_->is<AnswersJob>() && has_question(std::get<AnswersJob>(running_->work).questions))
    return running_;
  return find_waiting<AnswersJob>([&](const Job& job, const AnswersJob& answers) {
    return takes_questions(job) && has_question(answers.questions);
  });
}

asio::awaitable<bool> JobQueue::wait_for(JobPtr job) {
  if (job->has_ended) co_return true;
  co_await job->ended.wait_until(job->is<SweepJob>() ? Job::Clock::time_point::max() : Job::Clock::now() + k_patience);
  // No client waits for the result any more.
  if (!job->has_ended && !job->ended.has_waiters()) std::erase(waiting_, job);
  co_return job->has_ended;
}

void JobQueue::stop() {
  is_stopping_ = true;
  for (const JobPtr& job : std::exchange(waiting_, {})) {
    call_off(job->work);
    end(*job);
  }
}

/// Returns the first waiting job of this kind for which `is_wanted` returns true; null if there is none.
template <class Kind, class Wanted>
JobPtr JobQueue::find_waiting(Wanted is_wanted) const {
  const auto found = std::ranges::find_if(waiting_, [&](const JobPtr& job) {
    const Kind* const work = std::get_if<Kind>(&job->work);
    return work != nullptr && is_wanted(*job, *work);
  });
  return found == waiting_.end() ? nullptr : *found;
}

JobPtr JobQueue::add(Work work) {
  auto job = std::make_shared<Job>(executor_, std::move(work));
  if (is_stopping_) {
    call_off(job->work);
    end(*job);
    return job;
  }
  waiting_.push_back(job);
  start_next();
  return job;
}

void JobQueue::start_next() {
  if (running_) return;
  // Take the first of the smallest: equal jobs run in the order of arrival.
  const auto next = std::ranges::min_element(waiting_, {}, [](const JobPtr& job) { return job->work.index(); });
  if (next == waiting_.end()) return;
  assert(policy_);
  running_ = *next;
  waiting_.erase(next);
  running_->started = Job::Clock::now();
  parts_.worker.post([this, job = running_, policy = policy_] {
    const std::stop_token stop = parts_.worker.stop_token();
    perform(*job, {parts_.sweeper, *policy, stop, parts_.log});
    asio::post(executor_, [this, job] { finish(job); });
  });
}

void JobQueue::finish(const JobPtr& job) {
  running_.reset();
  on_end_(*job);
  end(*job);
  start_next();
}

}  // namespace reaper::sweep
