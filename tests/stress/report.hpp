#pragma once

#include "cleaner.hpp"
#include "cost.hpp"
#include "options.hpp"
#include "shared.hpp"

#include <string>

namespace stress {

/// The sums over all writers.
struct WriterTotals {
  std::uint64_t contested = 0;
  std::uint64_t rewrites = 0;
  std::uint64_t failed_writes = 0;
  std::uint64_t lost_missing = 0;
  std::uint64_t lost_other = 0;
  Latency open;
  Latency unseen;

  [[nodiscard]] std::uint64_t lost() const { return lost_missing + lost_other; }
};

[[nodiscard]] WriterTotals total_of(const Shared& shared);

/// Prints the figures as one JSON object or as lines for people.
void print_report(const Options& options, const std::string& volume, const CleanerFigures& cleaner,
                  const WriterTotals& writers);
void print_cost(const Options& options, const std::string& volume, const CostFigures& figures);

}  // namespace stress
