#include "api/statistics_json.hpp"

#include "support/catch.hpp"

#include "api/fakes.hpp"

#include <chrono>
#include <cstdint>
#include <string>

using namespace std::chrono_literals;
using namespace reaper;
using api::ConfiguredLimits;
using test::k_now;

namespace {

const assessment::Assessment k_no_problems;

std::string stats_body(const sweep::Storage& storage, const sweep::SweepProgress& progress,
                       const ConfiguredLimits& limits, base::FileTime now) {
  const auto limit_bytes = static_cast<std::uint64_t>(limits.max_size_mb) * 1024 * 1024;
  return api::stats_body({&storage, progress, limits, limit_bytes, now, k_no_problems});
}

constexpr std::uint64_t k_mb = 1024 * 1024;

sweep::Storage storage_with_charts() {
  sweep::Storage storage;
  storage.as_of = k_now - 250ms;
  storage.files = 45;
  storage.bytes = 23 * k_mb + k_mb / 2;
  storage.sets = 12;
  storage.oldest = k_now - 18h - 12min;
  storage.newest = k_now - 6min;
  storage.free_bytes = 2048 * k_mb;
  storage.allocated_bytes = 24690688;
  storage.future_files = 3;
  storage.free_inodes = 3000;
  return storage;
}

}  // namespace

TEST_CASE("the statistics begin with the fields of the original service") {
  CHECK(
      stats_body(storage_with_charts(), {}, ConfiguredLimits{24, 1000, 60, true}, k_now) ==
      R"({"success":true,"stats":{"total_files":45,"total_size_mb":23.5,"oldest_file_age_hours":18.2,)"
      R"("newest_file_age_hours":0.1,"max_age_hours":24,"max_size_mb":1000,"usage_percent":2.35,"limit_bytes":1048576000,)"
      R"("total_allocated_bytes":24690688,"future_files":3,"chart_sets":12,)"
      R"("cleanup_enabled":true,"cleanup_interval_minutes":60,"volume_free_mb":2048.0,)"
      R"("volume_free_inodes":3000,"no_gain_until":null,)"
      R"("scanned_at":"2026-01-31T09:14:59.750Z","complete":true,"lower_bound":false,"unreadable_directories":0,"watched":false,"role":"unlocked",)"
      R"("sweep":{"state":"idle","scanned":0,"removed":0,"freed_bytes":0},"status":"ok","problems":[]}})");
}

TEST_CASE("the usage is that of the limit in force, and the configured size stays as given") {
  const sweep::Storage storage = storage_with_charts();
  const std::string body =
      api::stats_body({&storage, {}, ConfiguredLimits{24, 1000, 60, true}, 47 * k_mb, k_now, k_no_problems});
  CHECK(body.find(R"("max_size_mb":1000,"usage_percent":50.0,"limit_bytes":49283072,)") != std::string::npos);
}

TEST_CASE("where changes are not followed, the statistics name the last full scan") {
  sweep::Storage storage = storage_with_charts();
  storage.unseen_since = k_now - 15min;
  CHECK(stats_body(storage, {}, ConfiguredLimits{24, 1000, 60, true}, k_now)
            .find(R"("scanned_at":"2026-01-31T09:00:00.000Z")") != std::string::npos);
}

TEST_CASE("before the first scan has ended every figure is null") {
  CHECK(
      api::stats_body({nullptr,
                       {sweep::Activity::scanning, 70, 0, 0},
                       ConfiguredLimits{6, 200, 15, true},
                       200 * k_mb,
                       k_now,
                       k_no_problems}) ==
      R"({"success":true,"stats":{"total_files":null,"total_size_mb":null,"oldest_file_age_hours":null,)"
      R"("newest_file_age_hours":null,"max_age_hours":6,"max_size_mb":200,"usage_percent":null,"limit_bytes":209715200,)"
      R"("total_allocated_bytes":null,"future_files":null,"chart_sets":null,)"
      R"("cleanup_enabled":true,"cleanup_interval_minutes":15,"volume_free_mb":null,)"
      R"("volume_free_inodes":null,"no_gain_until":null,)"
      R"("scanned_at":null,"complete":false,"lower_bound":false,"unreadable_directories":null,"watched":false,"role":"unlocked",)"
      R"("sweep":{"state":"scanning","scanned":70,"removed":0,"freed_bytes":0},"status":"ok","problems":[]}})");
}

TEST_CASE("the statistics report the progress of a sweep") {
  const std::string body =
      stats_body(sweep::Storage{}, {sweep::Activity::removing, 70, 5, 900}, ConfiguredLimits{6, 200, 15, false}, k_now);
  CHECK(body.find(R"("sweep":{"state":"removing","scanned":70,"removed":5,"freed_bytes":900})") != std::string::npos);
}

TEST_CASE("the ages are null on an empty volume") {
  sweep::Storage storage;
  storage.as_of = k_now;
  CHECK(
      stats_body(storage, {}, ConfiguredLimits{6, 200, 15, false}, k_now) ==
      R"({"success":true,"stats":{"total_files":0,"total_size_mb":0.0,"oldest_file_age_hours":null,)"
      R"("newest_file_age_hours":null,"max_age_hours":6,"max_size_mb":200,"usage_percent":0.0,"limit_bytes":209715200,)"
      R"("total_allocated_bytes":0,"future_files":0,"chart_sets":0,)"
      R"("cleanup_enabled":false,"cleanup_interval_minutes":15,"volume_free_mb":null,)"
      R"("volume_free_inodes":null,"no_gain_until":null,)"
      R"("scanned_at":"2026-01-31T09:15:00.000Z","complete":true,"lower_bound":false,"unreadable_directories":0,"watched":false,"role":"unlocked",)"
      R"("sweep":{"state":"idle","scanned":0,"removed":0,"freed_bytes":0},"status":"ok","problems":[]}})");
}

TEST_CASE("the statistics say until when nothing is removed for free space") {
  sweep::Storage storage;
  storage.no_gain_until = k_now;
  CHECK(stats_body(storage, {}, ConfiguredLimits{6, 200, 15, false}, k_now)
            .find(R"("no_gain_until":"2026-01-31T09:15:00.000Z")") != std::string::npos);
}

TEST_CASE("figures are marked as lower bounds if directories cannot be read") {
  sweep::Storage storage;
  storage.unreadable = 2000;
  CHECK(stats_body(storage, {}, ConfiguredLimits{6, 200, 15, false}, k_now)
            .find(R"("complete":true,"lower_bound":true,"unreadable_directories":2000,)") != std::string::npos);
}

TEST_CASE("charts that are only counted are included in the count") {
  sweep::Storage storage;
  storage.only_counted = 7;
  CHECK(stats_body(storage, {}, ConfiguredLimits{6, 200, 15, false}, k_now)
            .find(R"("complete":false,"lower_bound":false,"unreadable_directories":0,)") != std::string::npos);
}

TEST_CASE("limits are shown as they were given") {
  const auto shown = [](double given) {
    const std::string body = stats_body(sweep::Storage{}, {}, ConfiguredLimits{given, 1000, 60, true}, k_now);
    const std::size_t start = body.find("\"max_age_hours\":") + 16;
    return body.substr(start, body.find(',', start) - start);
  };
  CHECK(shown(6) == "6");
  CHECK(shown(0.5) == "0.5");
  CHECK(shown(1.25) == "1.25");
  CHECK(shown(100000) == "100000");
  CHECK(shown(0.001) == "0.001");
}

TEST_CASE("figures are rounded like those of the original service") {
  const auto age_shown = [](std::chrono::nanoseconds age) {
    sweep::Storage storage;
    storage.newest = k_now - age;
    const std::string body = stats_body(storage, {}, ConfiguredLimits{24, 1000, 60, true}, k_now);
    const std::size_t start = body.find("\"newest_file_age_hours\":") + 24;
    return body.substr(start, body.find(',', start) - start);
  };
  CHECK(age_shown(0s) == "0.0");
  CHECK(age_shown(2h) == "2.0");
  CHECK(age_shown(17s) == "0.0");
  CHECK(age_shown(19s) == "0.01");
  CHECK(age_shown(9630s) == "2.67");  // 2.675 h is slightly less as a double, and Python's round() also gives 2.67
  CHECK(age_shown(450s) == "0.12");   // exactly 0.125 h, rounded to even
  CHECK(age_shown(-1s) == "0.0");
  CHECK(age_shown(-90min) == "-1.5");
}
