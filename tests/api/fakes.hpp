#pragma once

#include "base/clock.hpp"
#include "sweep/sweep_operations.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reaper::test {

/// A clock that always shows 2026-01-31T09:15:00Z.
class FixedClock final : public base::Clock {
 public:
  static constexpr base::FileTime k_now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} +
                                        std::chrono::hours{9} + std::chrono::minutes{15}};

  [[nodiscard]] base::FileTime now() const override { return k_now; }
  [[nodiscard]] std::chrono::nanoseconds since_boot() const override { return std::chrono::hours{1}; }
};

inline constexpr base::FileTime k_now = FixedClock::k_now;

/// A sweep service without a volume: it records requests and returns what the test stored.
class FakeSweeps final : public sweep::SweepOperations {
 public:
  boost::asio::awaitable<std::shared_ptr<const sweep::Report>> sweep(sweep::Request request) override {
    orders.push_back(request);
    if (takes_no_more) co_return nullptr;
    auto report = std::make_shared<sweep::Report>(next_report);
    report->request = std::move(request);
    co_return report;
  }
  boost::asio::awaitable<std::shared_ptr<const sweep::Storage>> storage() override { co_return on_volume; }
  boost::asio::awaitable<std::shared_ptr<const sweep::AgeFigures>> ages() override { co_return by_age; }
  boost::asio::awaitable<sweep::SetsAnswer> sets(sweep::SetQuery) override {
    co_return sweep::SetsAnswer{by_set ? sweep::QuestionOutcome::answered : outcome, by_set};
  }
  boost::asio::awaitable<sweep::ChartSearch> find_chart(std::string path) override {
    looked_for.push_back(path);
    co_return sweep::ChartSearch{trouble.empty() ? outcome : sweep::QuestionOutcome::not_now, chart, unreadable};
  }
  boost::asio::awaitable<void> check_root() override {
    if (!found_by_check.empty()) trouble = found_by_check;
    co_return;
  }
  [[nodiscard]] sweep::Snapshot snapshot() const override {
    return {on_volume,
            {trouble, not_writable, volume, volume_bytes},
            std::make_shared<sweep::Totals>(sums),
            std::make_shared<sweep::History>(past),
            std::make_shared<sweep::UsageTimeline>(timeline)};
  }
  [[nodiscard]] sweep::SweepProgress progress() const override { return under_way; }

  std::vector<sweep::Request> orders;
  bool takes_no_more = false;
  sweep::Report next_report;
  std::shared_ptr<const sweep::Storage> on_volume;
  std::string trouble;
  std::string not_writable;
  std::shared_ptr<const volume::VolumeTraits> volume;
  std::optional<std::uint64_t> volume_bytes;
  std::string found_by_check;  ///< becomes the trouble at the next check
  sweep::SweepProgress under_way;
  sweep::Totals sums;
  sweep::History past;
  sweep::UsageTimeline timeline;
  std::shared_ptr<const sweep::AgeFigures> by_age;
  std::shared_ptr<const sweep::SetPage> by_set;
  sweep::QuestionOutcome outcome =
      sweep::QuestionOutcome::answered;  ///< the outcome of a search, and of a question about sets if there are none
  std::optional<retention::ChartFacts> chart;
  std::string unreadable;  ///< the reason why a chart may exist but not be seen
  std::vector<std::string> looked_for;
};

}  // namespace reaper::test
