#pragma once

#include "sweep/chart_figures.hpp"
#include "sweep/report.hpp"
#include "sweep/snapshot.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace reaper::sweep {

/// The outcome of a question about charts.
enum class QuestionOutcome : std::uint8_t {
  answered,
  not_now,   ///< the worker is busy, or the root cannot be used
  too_many,  ///< the maximum number of different questions already waits
};

/// The answer to a question for one page of chart sets.
struct SetsAnswer {
  QuestionOutcome outcome = QuestionOutcome::not_now;
  std::shared_ptr<const SetPage> page;  ///< null unless it is answered
};

/// The answer to a question for one chart.
struct ChartSearch {
  QuestionOutcome outcome = QuestionOutcome::not_now;
  std::optional<retention::ChartFacts> chart;  ///< nothing if no such chart is known
  std::string unreadable = {};                 ///< why the chart may exist all the same, for people; otherwise empty
};

/// The operations that requests need: order a sweep, and read the figures.
class SweepOperations {
 public:
  virtual ~SweepOperations() = default;

  /// Runs a sweep and returns its report. Equal requests share one sweep: at most one runs and one waits, and each
  /// request gets a report of a sweep that began after it. At the end of the program the report says that it was
  /// stopped. Returns null if the maximum number of different requests already waits.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const Report>> sweep(Request request) = 0;

  /// Returns the storage figures, at most about a second old. While the worker is busy it returns the last ones, so it
  /// never waits for a long sweep. Returns null before the first scan has ended, or while the root cannot be used.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const Storage>> storage() = 0;

  /// Returns the ages of the charts, at most about a second old. During a sweep or on a slow volume they may be a
  /// minute old. Returns null if there are none, or while the root cannot be used.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const AgeFigures>> ages() = 0;

  /// Returns one page of the chart sets or symbols, with the same maximum age.
  [[nodiscard]] virtual boost::asio::awaitable<SetsAnswer> sets(SetQuery query) = 0;

  /// Searches the chart at this path, relative to the root. Clients that ask at the same time share one job.
  [[nodiscard]] virtual boost::asio::awaitable<ChartSearch> find_chart(std::string path) = 0;

  /// Checks the root, unless the worker is busy. The next snapshot has the result.
  [[nodiscard]] virtual boost::asio::awaitable<void> check_root() = 0;

  /// Returns the known figures without updating them.
  [[nodiscard]] virtual Snapshot snapshot() const = 0;

  [[nodiscard]] virtual SweepProgress progress() const = 0;
};

}  // namespace reaper::sweep
