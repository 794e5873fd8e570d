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

/// How a question about the charts ended.
enum class QuestionOutcome : std::uint8_t {
  answered,
  not_now,   ///< the worker is occupied, or the root cannot be used
  too_many,  ///< the maximum of different questions waits already
};

/// The answer to a question for one page of chart sets.
struct SetsAnswer {
  QuestionOutcome outcome = QuestionOutcome::not_now;
  std::shared_ptr<const SetPage> page;  ///< null unless it is answered
};

/// The answer to a question for one chart.
struct ChartSearch {
  QuestionOutcome outcome = QuestionOutcome::not_now;
  std::optional<retention::ChartFacts> chart;  ///< nothing if there is no such chart, as far as is known
  std::string unreadable = {};                 ///< why it may be there unseen, in words for people; else empty
};

/// The operations of the sweep service that requests need: order a sweep, and read what is known.
class SweepOperations {
 public:
  virtual ~SweepOperations() = default;

  /// Runs a sweep and returns its report. Equal requests that wait at the same time share one sweep: one runs, one
  /// waits, and each request gets the report of a sweep that began after it. At the end of the program the report says
  /// so. Null if the maximum of different requests waits already.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const Report>> sweep(Request request) = 0;

  /// Returns the storage figures, at most about a second old. While the worker is occupied they are the last ones, so
  /// that this never waits for a long sweep. Null before the first scan has ended, or while the root cannot be
  /// used.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const Storage>> storage() = 0;

  /// Returns how old the charts are, as of at most about a second ago. While a sweep is under way, or the volume is
  /// slow, the answer may be a minute old. Null if there is none, or while the root cannot be used.
  [[nodiscard]] virtual boost::asio::awaitable<std::shared_ptr<const AgeFigures>> ages() = 0;

  /// Returns one page of the chart sets, or of the symbols, just as new.
  [[nodiscard]] virtual boost::asio::awaitable<SetsAnswer> sets(SetQuery query) = 0;

  /// Looks for the chart at this path, relative to the root. All who ask at the same time share one look at the volume.
  [[nodiscard]] virtual boost::asio::awaitable<ChartSearch> find_chart(std::string path) = 0;

  /// Checks the root, unless the worker is occupied; the next snapshot has the answer.
  [[nodiscard]] virtual boost::asio::awaitable<void> check_root() = 0;

  /// Returns what is known, without looking.
  [[nodiscard]] virtual Snapshot snapshot() const = 0;

  [[nodiscard]] virtual SweepProgress progress() const = 0;
};

}  // namespace reaper::sweep
