#include "report.hpp"

#include "base/json_number.hpp"
#include "base/json_text.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <cstdio>

namespace stress {
namespace {

using reaper::volume::Outcome;

double rounded(double value) { return reaper::base::rounded(value, 2); }

boost::json::object describe(const Options& options, const std::string& volume) {
  boost::json::object object;
  object["volume"] = volume;
  object["protocol"] = to_string(options.protocol);
  object["charts"] = options.charts;
  object["chart_bytes"] = options.chart_bytes;
  return object;
}

boost::json::object describe(const Latency& latency) {
  boost::json::object object;
  object["count"] = latency.count();
  object["p50_us"] = rounded(latency.percentile_us(0.5));
  object["p99_us"] = rounded(latency.percentile_us(0.99));
  object["p999_us"] = rounded(latency.percentile_us(0.999));
  object["max_us"] = rounded(latency.max_us());
  return object;
}

void describe(const Outcomes& outcomes, boost::json::object& object) {
  object["tried"] = outcomes.total();
  object["removed"] = outcomes.of(Outcome::removed);
  object["gone"] = outcomes.of(Outcome::gone);
  object["busy"] = outcomes.of(Outcome::busy);
  object["changed"] = outcomes.of(Outcome::changed);
  object["failed"] = outcomes.of(Outcome::failed);
  object["skipped"] = outcomes.of(Outcome::skipped);
  object["failures"] = outcomes.failures;
  object["without_lease"] = outcomes.fallbacks.without_lease;
  object["without_noreplace"] = outcomes.fallbacks.without_noreplace;
  object["direct"] = outcomes.fallbacks.direct;
}

/// Prints JSON on one line, or `name: value` lines.
void print(const Options& options, const boost::json::object& object) {
  if (options.json) return fmt::print("{}\n", reaper::base::json_text(object));
  for (const auto& [name, value] : object)
    fmt::print("{}: {}\n", fmt::string_view(name.data(), name.size()), reaper::base::json_text(value));
}

}  // namespace

WriterTotals total_of(const Shared& shared) {
  WriterTotals totals;
  for (const WriterFigures& figures : shared.figures) {
    totals.contested += figures.contested;
    totals.rewrites += figures.rewrites;
    totals.failed_writes += figures.failed_writes;
    totals.lost_missing += figures.lost_missing;
    totals.lost_other += figures.lost_other;
    totals.open.merge(figures.open);
    totals.unseen.merge(figures.unseen);
  }
  return totals;
}

void print_report(const Options& options, const std::string& volume, const CleanerFigures& cleaner,
                  const WriterTotals& writers) {
  boost::json::object object = describe(options, volume);
  object["style"] = to_string(options.style);
  object["writers"] = options.writers;
  object["seconds"] = rounded(cleaner.seconds);
  object["rounds"] = cleaner.rounds;
  describe(cleaner.outcomes, object);
  object["contested"] = writers.contested;
  object["rewrites"] = writers.rewrites;
  object["failed_writes"] = writers.failed_writes;
  object["lost"] = writers.lost();
  object["lost_missing"] = writers.lost_missing;
  object["lost_other"] = writers.lost_other;
  const double contested = static_cast<double>(writers.contested);
  object["lost_per_million"] = contested > 0 ? rounded(static_cast<double>(writers.lost()) * 1e6 / contested) : 0.0;
  object["left_aside"] = cleaner.left_in_quarantine;
  object["unseen"] = describe(writers.unseen);
  object["open"] = describe(writers.open);
  print(options, object);
}

void print_cost(const Options& options, const std::string& volume, const CostFigures& figures) {
  boost::json::object object = describe(options, volume);
  object["pairs"] = figures.pairs;
  object["plain_wall_us"] = rounded(figures.plain.wall_us);
  object["plain_cpu_us"] = rounded(figures.plain.cpu_us);
  object["protocol_wall_us"] = rounded(figures.protocol.wall_us);
  object["protocol_cpu_us"] = rounded(figures.protocol.cpu_us);
  object["wall_ratio"] = rounded(figures.wall_ratio);
  object["cpu_ratio"] = rounded(figures.cpu_ratio);
  print(options, object);
}

}  // namespace stress
