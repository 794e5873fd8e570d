#include "sweep/sweep_service.hpp"

#include <boost/asio/post.hpp>

#include <variant>

namespace reaper::sweep {

namespace asio = boost::asio;

SweepService::SweepService(asio::io_context& io, Parts parts, ServiceSettings settings)
    : progress_(&parts.progress),
      model_(io.get_executor(), parts.clock),
      jobs_(io.get_executor(), {parts.sweeper, parts.worker, parts.log}, [this](const Job& job) { note_end(job); }),
      updater_(jobs_, model_),
      follower_(io.get_executor(), {parts.sweeper, jobs_, model_, updater_}),
      scheduler_(io.get_executor(), {jobs_, model_, updater_, follower_, parts.first_timer_early}),
      questions_(jobs_) {
  apply(std::move(settings));
  parts.sweeper.on_storage([this, executor = io.get_executor()](StorageResult result) {
    asio::post(executor, [this, result = std::move(result)] { note_interim_result(result); });
  });
}

SweepService::~SweepService() = default;

asio::awaitable<std::shared_ptr<const Report>> SweepService::sweep(Request request) {
  return jobs_.sweep(std::move(request));
}

asio::awaitable<std::shared_ptr<const Storage>> SweepService::storage() { return updater_.storage(); }

asio::awaitable<std::shared_ptr<const AgeFigures>> SweepService::ages() { return questions_.ages(); }

asio::awaitable<SetsAnswer> SweepService::sets(SetQuery query) { return questions_.sets(std::move(query)); }

asio::awaitable<ChartSearch> SweepService::find_chart(std::string path) {
  return questions_.find_chart(std::move(path));
}

asio::awaitable<void> SweepService::check_root() { return jobs_.check_root(); }

SweepProgress SweepService::progress() const {
  return {progress_->activity, progress_->charts_seen, progress_->charts_removed, progress_->bytes_freed};
}

void SweepService::apply(ServiceSettings settings) {
  settings_ = std::make_shared<const ServiceSettings>(std::move(settings));
  jobs_.use(settings_->policy);
  updater_.apply(settings_);
  follower_.apply(settings_);
  scheduler_.apply(settings_);
}

void SweepService::stop() {
  scheduler_.stop();
  follower_.stop();
  jobs_.stop();
  updater_.stop();
}

/// Stores the results of each finished job, before its clients continue.
void SweepService::note_end(const Job& job) {
  // inotify may have become available since the last job.
  follower_.attach_to_watches();
  if (const auto* const sweep = std::get_if<SweepJob>(&job.work)) {
    note_report(sweep->report);
  } else if (const auto* const check = std::get_if<RootCheckJob>(&job.work)) {
    note_result({nullptr, check->root});
  } else if (const auto* const look = std::get_if<StorageJob>(&job.work)) {
    if (look->result.storage && look->find_unseen == FindUnseen::no) updater_.note_look(job.took);
    note_result(look->result);
  } else if (const auto* const questions = std::get_if<AnswersJob>(&job.work)) {
    questions_.note_answers(questions->result.answers);
    note_result(questions->result.found);
  }
}

void SweepService::note_report(const std::shared_ptr<const Report>& report) {
  model_.note_report(report);
  scheduler_.note_report(*report, Scheduler::Clock::now());
  note_result({report->storage, report->root});
}

void SweepService::note_result(const StorageResult& result) {
  if (result.root.problem.empty() != model_.root().problem.empty()) scheduler_.note_root_change();
  if (result.storage) {
    tell_follower(*result.storage);
  } else if (!result.root.problem.empty()) {
    questions_.forget_answers();
  }
  model_.note_result(result);
  if (result.storage) scheduler_.note_storage(*result.storage, Scheduler::Clock::now());
}

/// Stores the figures during a sweep.
void SweepService::note_interim_result(const StorageResult& result) {
  tell_follower(*result.storage);
  model_.note_interim_result(result);
}

/// Wakes the follower when the volume becomes watched, because it still polls at intervals. Call it before the model
/// gets the figures.
void SweepService::tell_follower(const Storage& storage) {
  const std::shared_ptr<const Storage>& known = model_.storage();
  if (storage.watched && (!known || !known->watched)) follower_.look_now();
}

}  // namespace reaper::sweep
