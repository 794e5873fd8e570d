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
  std::shared_ptr<const Storage> storage;  ///< null if there is a problem or a stop request
  RootState root;
};

/// Says if an update of the figures runs a full scan where only that finds changes.
enum class FindUnseen : bool { no, yes };

/// Answers to questions, and the figures of the same moment.
struct AnswersResult {
  StorageResult found;
  Answers answers;  ///< to all questions; empty if there are no figures
};

/// Runs sweeps: check the root, scan, plan, remove, report. Nothing else removes charts. Keeps the catalog between
/// sweeps. Used by one thread at a time.
class Sweeper {
 public:
  /// `watching` says how the catalog is kept between sweeps. Without `read_limits` nothing is limited.
  Sweeper(volume::Root& root, const base::Clock& clock, telemetry::Log& log, volume::Progress& progress,
          live::Watching watching, volume::ReadSystemLimits read_limits = {});

  /// Returns a descriptor that is readable when something changed on the volume; -1 without inotify. Once there is one,
  /// it stays the same.
  [[nodiscard]] int watch_descriptor() const noexcept { return live_.watch_descriptor(); }

  /// Sets a callback for the figures of the volume, called on the thread of the sweep: after the first scan, then at
  /// intervals during a long sweep.
  void on_storage(std::function<void(StorageResult)> callback) { on_storage_ = std::move(callback); }

  /// Runs one whole sweep. Errors are in the report, never thrown.
  [[nodiscard]] Report sweep(const Request& request, const Policy& policy, const std::stop_token& stop);

  /// Updates the catalog and returns the figures. Removes nothing.
  [[nodiscard]] StorageResult read_storage(const Policy& policy, const std::stop_token& stop,
                                           FindUnseen find_unseen = FindUnseen::no);

  /// Does the same, and answers the questions from the catalog.
  [[nodiscard]] AnswersResult answer_questions(const Policy& policy, const Questions& questions,
                                               const std::stop_token& stop);

  /// Writes every removal from now on to this file, too.
  void audit_to(telemetry::AuditFile& file) { audit_ = &file; }

  /// Checks that the held root is still the directory at its path. Takes its lock for a policy with automatic sweeps,
  /// and gives it up otherwise.
  [[nodiscard]] RootState check_root(const Policy& policy);

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
  std::vector<std::string> patterns_;  // the patterns of the catalog
  bool said_watched_ = false;
  base::FileTime drift_said_of_;
  bool too_deep_said_ = false;
  std::function<void(StorageResult)> on_storage_;
};

}  // namespace reaper::sweep
