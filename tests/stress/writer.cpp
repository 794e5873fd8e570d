#include "writer.hpp"

#include "chart_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>

namespace stress {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// The maximum number of charts that a writer strikes ahead of the cleaner. A rewrite takes about as long as the
/// removal of one chart. So the writer's calls fall before, between and after each of the cleaner's calls.
constexpr std::uint32_t k_ahead = 4;

/// Each writer describes this many lost charts; the others are only counted.
constexpr std::uint64_t k_max_described = 5;

/// A writer waits this long at most for a chart to be visible again. The next round shows if it is lost.
constexpr auto k_patience = 5s;

}  // namespace

Writer::Writer(const Options& options, const std::filesystem::path& directory, Shared& shared, unsigned number)
    : options_(options),
      shared_(shared),
      figures_(shared.figures[number]),
      number_(number),
      root_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
      random_(number + 1) {
  if (!root_) throw std::system_error(errno, std::system_category(), directory);
}

void Writer::run() {
  while (!shared_.stop) {
    const std::uint32_t rung = shared_.bell.count();
    const std::uint64_t round = shared_.prepared_round;
    if (round != round_) {
      round_ = round;
      prepare_round();
      shared_.ready[number_] = round;
      shared_.bell.ring();
    } else if (shared_.running_round == round) {
      contend();
    } else if (!shared_.stop) {
      shared_.bell.wait(rung, 1s);
    }
  }
}

void Writer::prepare_round() {
  for (const Written& written : written_) verify(written);
  written_.clear();
  // Charts that no writer rewrote were removed or are still old. The writers share the work of making them old again.
  for (std::uint32_t chart = number_; chart < options_.charts; chart += options_.writers)
    if (shared_.claims[chart] == Claim::none || take(chart)) make_old(chart);
  behind_ = 0;
}

void Writer::verify(const Written& written) {
  const std::string path = chart_path(written.chart, options_.names);
  const Found found = look_at_chart(root_.get(), path, content(written));
  if (found == Found::current && age_chart(root_.get(), path) == 0) return;
  if (found == Found::missing) ++figures_.lost_missing;
  if (found == Found::other) ++figures_.lost_other;
  if (found != Found::current && figures_.lost_missing + figures_.lost_other <= k_max_described &&
      options_.protocol != Protocol::plain)
    fmt::print(stderr, "lost: {} version {}, {}\n", path, written.version,
               found == Found::missing ? "nothing is there" : "something else is there");
  make_old(written.chart);
}

void Writer::make_old(std::uint32_t chart) {
  const std::string old = chart_content(chart, 0, options_.chart_bytes);
  if (make_old_chart(root_.get(), chart_path(chart, options_.names), old) != 0) ++figures_.failed_writes;
}

void Writer::contend() {
  const std::uint32_t position = shared_.position;
  if (!rewrite_one_ahead(position) && !rewrite_one_behind(position)) ::sched_yield();
}

bool Writer::rewrite_one_ahead(std::uint32_t position) {
  const std::uint32_t end = std::min(position + k_ahead, options_.charts);
  for (std::uint32_t chart = position + static_cast<std::uint32_t>(random_() % k_ahead); chart < end; ++chart) {
    if (!take(chart)) continue;
    figures_.contested.fetch_add(1, std::memory_order_relaxed);
    rewrite(chart, figures_.open);
    return true;
  }
  return false;
}

/// Rewrites charts in quarantine, while the cleaner waits for their grace time.
bool Writer::rewrite_one_behind(std::uint32_t position) {
  while (behind_ < std::min(position, options_.charts)) {
    const std::uint32_t chart = behind_++;
    if (!take(chart)) continue;
    Latency unmeasured;
    rewrite(chart, unmeasured);
    return true;
  }
  return false;
}

bool Writer::take(std::uint32_t chart) {
  Claim expected = Claim::planned;
  return shared_.claims[chart].compare_exchange_strong(expected, Claim::taken);
}

void Writer::rewrite(std::uint32_t chart, Latency& opens) {
  const Written written{chart, ++version_ * k_max_writers + number_};
  const std::string path = chart_path(chart, options_.names);
  if (write_chart(root_.get(), path, options_.style, content(written), opens) != 0) {
    // The content of the chart is now unknown. Claimed or not, it must become an old one again.
    ++figures_.failed_writes;
    make_old(chart);
    return;
  }
  ++figures_.rewrites;
  written_.push_back(written);
  // A plain removal never puts a chart back.
  if (options_.protocol != Protocol::plain) wait_until_seen(path);
}

/// Measures how long a chart is missing after a write: a chart that was in quarantine at the time is soon put back. The
/// next round decides if it is lost.
void Writer::wait_until_seen(const std::string& path) {
  struct stat unused {};
  if (::fstatat(root_.get(), path.c_str(), &unused, 0) == 0) return;
  const auto finished = Clock::now();
  while (::fstatat(root_.get(), path.c_str(), &unused, 0) < 0) {
    if (Clock::now() - finished > k_patience || shared_.prepared_round != round_) break;
    ::sched_yield();
  }
  figures_.unseen.add(Clock::now() - finished);
}

std::string Writer::content(const Written& written) const {
  return chart_content(written.chart, written.version, options_.chart_bytes);
}

}  // namespace stress
