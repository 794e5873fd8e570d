// Plays the analysis service for tests and the demo: writes chart sets at a given rate.

#include "set_writer.hpp"
#include "symbols.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sysexits.h>
#include <boost/program_options.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace chart_writer;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Options {
  SetWriter::Options writer;
  std::size_t symbols = 0;
  std::vector<std::string> intervals;
  double sets_per_second = 0;
  Seconds duration{};
  bool once = false;
};

WriteMode parse_mode(const std::string& text) {
  if (text == "in-place") return WriteMode::in_place;
  if (text == "rename") return WriteMode::rename;
  throw std::runtime_error("--mode is '" + text + "'; allowed are in-place and rename");
}

/// Returns the options, or nothing after --help.
std::optional<Options> parse_options(int argc, char** argv) {
  namespace po = boost::program_options;
  Options options;
  std::string root;
  std::string intervals;
  std::string mode;
  double seconds = 0;
  po::options_description description("chart_writer: writes charts like the analysis service");
  auto add = description.add_options();
  add("help", "this text");
  add("root", po::value(&root)->required(), "chart directory; made if missing");
  add("symbols", po::value(&options.symbols)->default_value(10), "number of symbols");
  add("interval-list", po::value(&intervals)->default_value("1day"), "intervals, separated by commas");
  add("rate", po::value(&options.sets_per_second)->default_value(1), "chart sets per second; 0: as fast as possible");
  add("seconds", po::value(&seconds)->default_value(0), "how long to write; 0: until SIGTERM or SIGINT");
  add("mode", po::value(&mode)->default_value("in-place"), "in-place or rename");
  add("seed", po::value(&options.writer.seed)->default_value(1), "equal seeds write equal charts in equal order");
  add("once", "write every set once, as fast as possible, and end");
  add("verify", "check that each finished chart is there with its content");

  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, description), given);
  if (given.count("help") > 0) {
    std::cout << description;
    return {};
  }
  po::notify(given);
  options.writer.root = root;
  options.writer.mode = parse_mode(mode);
  options.writer.verify = given.count("verify") > 0 ? Verify::yes : Verify::no;
  options.intervals = split_list(intervals);
  options.duration = Seconds(seconds);
  options.once = given.count("once") > 0;
  if (options.symbols == 0 || options.intervals.empty()) throw std::runtime_error("there is no set to write");
  if (!(options.sets_per_second >= 0)) throw std::runtime_error("--rate must not be negative");
  return options;
}

/// Blocks SIGTERM and SIGINT, so that they end the program only between two chart sets.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    sigprocmask(SIG_BLOCK, &signals_, nullptr);
  }

  /// Waits until `time`; returns true as soon as a signal has arrived.
  [[nodiscard]] bool come_before(Clock::time_point time) const {
    const auto wait = std::max<std::chrono::nanoseconds>(time - Clock::now(), 0ns);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
    const timespec timeout{seconds.count(), (wait - seconds).count()};
    return sigtimedwait(&signals_, nullptr, &timeout) > 0;
  }

 private:
  sigset_t signals_{};
};

void write_once(SetWriter& writer, const std::vector<std::string>& sets, const EndSignals& signals) {
  for (const std::string& set : sets) {
    if (signals.come_before(Clock::now())) return;
    writer.write_set(set);
  }
}

/// Writes random sets at the rate: some sets are rewritten often and others grow old, as in real use.
void write_at_rate(SetWriter& writer, const std::vector<std::string>& sets, const Options& options,
                   const EndSignals& signals) {
  std::mt19937_64 random(options.writer.seed);
  const auto start = Clock::now();
  const Seconds period(options.sets_per_second > 0 ? 1 / options.sets_per_second : 0);
  for (std::uint64_t i = 0;; ++i) {
    const Seconds due = period * static_cast<double>(i);
    if (options.duration > 0s && std::max<Seconds>(due, Clock::now() - start) >= options.duration) return;
    if (signals.come_before(start + std::chrono::duration_cast<Clock::duration>(due))) return;
    writer.write_set(sets[random() % sets.size()]);
  }
}

void print_summary(const Totals& totals) {
  fmt::print(
      "{{\"charts_written\":{},\"bytes_written\":{},\"failed_writes\":{},\"retried_writes\":{},\"lost_charts\":{}}}\n",
      totals.charts_written, totals.bytes_written, totals.failed_writes, totals.retried_writes, totals.lost_charts);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::optional<Options> options = parse_options(argc, argv);
    if (!options) return EX_OK;
    const EndSignals signals;
    const std::vector<std::string> sets = chart_set_names(options->symbols, options->intervals);
    SetWriter writer(options->writer);
    if (options->once) write_once(writer, sets, signals);
    else write_at_rate(writer, sets, *options, signals);
    print_summary(writer.totals());
    return EX_OK;
  } catch (const std::exception& error) {
    fmt::print(stderr, "chart_writer: {}\n", error.what());
    return EX_USAGE;
  }
}
