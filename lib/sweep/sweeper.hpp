#pragma once

#include "base/clock.hpp"
#include "live/live_catalog.hpp"
#include "retention/free_space.hpp"
#include "sweep/chart_figures.hpp"
#include "sweep/clock_guard.hpp"
#include "sweep/left_charts.hpp"
#include "sweep/policy.hpp"
#include "sweep/report.hpp"
#include "sweep/root_state.hpp"
#include "sweep/skip_counter.hpp"
#include "sweep/space_account.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/log.hpp"
#include "volume/progress.hpp"
#include "volume/root.hpp"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace reaper::sweep {

/// The figures of the volume, or the reason why there are none.
struct StorageResult {
  std::shared_ptr<const Storage> storage;  ///< null if there is a problem, or the look was stopped
  RootState root;
};

/// Answers to questions, and the figures of the volume they were read from.
struct AnswersResult {
  StorageResult found;
  Answers answers;  ///< to all questions; empty if there is no storage
};

/// Carries out one sweep after another: check the root, read, plan, remove, report. The only way anything is removed.
/// Knows between sweeps what is on the volume. Used by one thread at a time.
class Sweeper {
 public:
  /// `watching`: how to know between sweeps what is on the volume. Without `read_limits` there are none.
  Sweeper(volume::Root& root, const base::Clock& clock, telemetry::Log& log, volume::Progress& progress,
          live::Watching watching, volume::ReadSystemLimits read_limits = {});

  /// What becomes readable when something has changed on the volume; -1 if nothing tells. Stays the same once it is
  /// there.
  [[nodiscard]] int watch_descriptor() const noexcept { return live_.watch_descriptor(); }

  /// Called on the thread of the sweep with what is on the volume: right after the first scan, then now and then while
  /// a long sweep goes on.
  void on_storage(std::function<void(StorageResult)> callback) { on_storage_ = std::move(callback); }

  /// One whole sweep. Trouble is in the report, never thrown.
  [[nodiscard]] Report sweep(const Request& request, const Policy& policy, const std::stop_token& stop);

  /// Reads what is on the volume now, and removes nothing.
  [[nodiscard]] StorageResult read_storage(const Policy& policy, const std::stop_token& stop);

  /// The same, and answers the questions from what it found.
  [[nodiscard]] AnswersResult answer_questions(const Policy& policy, const Questions& questions,
                                               const std::stop_token& stop);

  /// Every removal from now on is written to this file as well.
  void audit_to(telemetry::AuditFile& file) { audit_ = &file; }

  /// Makes sure that the held root is the one its path names.
  [[nodiscard]] RootState check_root();

 private:
  void carry_out(const Policy& policy, const std::stop_token& stop, Report& report);
  void use_patterns(const base::GlobList& patterns);
  [[nodiscard]] SpaceAccount::Parts space_parts() { return {*root_, live_, free_space_, *clock_}; }
  void add_space(Answers& answers) const;
  void say_watched();
  void say_drift();
  void say_too_deep();
  void say_news();

  volume::Root* root_;
  const base::Clock* clock_;
  telemetry::Log* log_;
  volume::Progress* progress_;
  live::LiveCatalog live_;
  telemetry::AuditFile* audit_ = nullptr;
  ClockGuard clock_guard_;
  retention::FreeSpaceGuard free_space_;
  LeftCharts left_charts_;
  SkipCounter skip_counter_;
  std::vector<std::string> patterns_;  // those that the catalog was made by
  bool said_watched_ = false;
  base::FileTime drift_said_of_;
  bool too_deep_said_ = false;
  std::function<void(StorageResult)> on_storage_;
};

}  // namespace reaper::sweep
