#pragma once

#include "sweep/chart_figures.hpp"
#include "sweep/history.hpp"
#include "sweep/report.hpp"
#include "sweep/totals.hpp"
#include "sweep/usage_timeline.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace reaper::sweep {

/// How a question about the charts ended.
enum class Outcome : std::uint8_t {
  answered,
  not_now,   ///< the worker is occupied, or the root cannot be used
  too_many,  ///< as many different questions wait as may
};

/// The answer to a question for one page of chart sets.
struct SetsAnswer {
  Outcome outcome = Outcome::not_now;
  std::shared_ptr<const SetPage> page;  ///< null unless it is answered
};

/// The answer to a question for one chart.
struct ChartSearch {
  Outcome outcome = Outcome::not_now;
  std::optional<retention::ChartFacts> chart;  ///< nothing if there is no such chart
};

/// What those who answer questions need of the sweep service: order a sweep, and read what is known.
class SweepOperations {
 public:
  virtual ~SweepOperations() = default;

  /// Runs a sweep and returns its report. Equal requests that wait at the same time share one sweep: however many ask,
  /// one runs, one waits, and everybody gets the report of a sweep that began after they asked. At the end of the
  /// program it is a report that says so. Null if so many different requests wait that this one was not taken.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const Report>> sweep(Request request) = 0;

  /// What is on the volume, at most about a second old. While the worker is occupied it is what was last known, so that
  /// this never waits for a long sweep. Null before the first look, or while the root cannot be used.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const Storage>> storage() = 0;

  /// How old the charts are, as of at most about a second ago. While a sweep is under way, or the volume is slow, it is
  /// what was found within the last minute, and null if that is nothing; null too while the root cannot be used.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const AgeFigures>> ages() = 0;

  /// One page of the chart sets, or of the symbols, just as new.
  [[nodiscard]] virtual boost::asio::awaitable<SetsAnswer> sets(SetQuery query) = 0;

  /// Looks for the chart at this path, relative to the root. All who ask at the same time share one look at the volume.
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
