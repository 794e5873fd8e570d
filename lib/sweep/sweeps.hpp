#pragma once

#include "sweep/chart_figures.hpp"
#include "sweep/history.hpp"
#include "sweep/report.hpp"
#include "sweep/totals.hpp"
#include "sweep/usage_timeline.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace reaper::sweep {

/// What came of looking for a chart.
struct ChartSearch {
  bool done = false;                           ///< false if the worker was occupied, or the root cannot be used
  std::optional<retention::ChartFacts> chart;  ///< nothing if there is no such chart
};

/// What those who answer questions need of the sweep service: order a sweep, and read what is known.
class Sweeps {
 public:
  virtual ~Sweeps() = default;

  /// Runs a sweep and returns its report. Equal requests that wait at the same time share one sweep: however many ask,
  /// one runs, one waits, and everybody gets the report of a sweep that began after they asked. Never null: at the end
  /// of the program it is a report that says so.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const Report>> sweep(Request request) = 0;

  /// What is on the volume, at most about a second old. While the worker is occupied it is what was last known, so that
  /// this never waits for a long sweep. Null before the first look, or while the root cannot be used.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const Storage>> storage() = 0;

  /// What is on the volume by chart set, symbol and age, at most about a second old. While the worker is occupied it is
  /// what was last asked for within the last minute, and null if nobody has; null too while the root cannot be used.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const ChartFigures>> figures() = 0;

  /// Looks for the chart at this path, relative to the root.
  [[nodiscard]] virtual boost::asio::awaitable<ChartSearch> find_chart(std::string path) = 0;

  /// Finds out whether the root can be used now, unless the worker is occupied; problem() has the answer.
  [[nodiscard]] virtual boost::asio::awaitable<void> check_root() = 0;

  /// What was last known, without looking.
  [[nodiscard]] virtual std::shared_ptr<const Storage> last_storage() const = 0;

  /// Why the root cannot be used at the moment; empty if it can.
  [[nodiscard]] virtual const std::string& problem() const noexcept = 0;

  [[nodiscard]] virtual Progress progress() const = 0;

  [[nodiscard]] virtual const Totals& totals() const noexcept = 0;

  [[nodiscard]] virtual const History& history() const noexcept = 0;

  [[nodiscard]] virtual const UsageTimeline& usage() const noexcept = 0;
};

}  // namespace reaper::sweep
