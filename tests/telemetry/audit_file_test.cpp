#include "telemetry/audit_file.hpp"

#include "support/catch.hpp"

#include "support/capture.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace reaper;
using telemetry::AuditFile;

namespace {

namespace fs = std::filesystem;

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Returns the line that write() makes of these fields; the test clock does not move.
std::string line(const std::string& fields) { return "{\"time\":\"2026-03-01T00:00:00.000Z\"," + fields + "}\n"; }

/// Limits files to `size` bytes while it exists, as if the volume were full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size) : before_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit smaller{size, limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &smaller);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, before_);
  }

 private:
  void (*before_)(int);
  rlimit limit_{};
};

struct Fixture {
  test::TempDir directory;
  test::ManualClock clock;
  telemetry::Log log{clock, -1};
  AuditFile audit{log, clock};
  std::filesystem::path path = directory.path() / "audit.jsonl";
};

}  // namespace

TEST_CASE_METHOD(Fixture, "lines are appended, and only the owner and the group may read them") {
  std::ofstream(path) << "old\n";
  REQUIRE(audit.open(path).has_value());
  audit.write({{"path", "a"}});
  CHECK(content(path) == "old\n" + line("\"path\":\"a\""));
  std::filesystem::remove(path);
  REQUIRE(audit.open(path).has_value());
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::others_all) ==
        std::filesystem::perms::none);
}

TEST_CASE_METHOD(Fixture, "a rotated file gets no more lines once the new one is open") {
  REQUIRE(audit.open(path).has_value());
  audit.write({{"n", 1}});
  std::filesystem::rename(path, path.string() + ".1");
  audit.write({{"n", 2}});
  REQUIRE(audit.open(path).has_value());
  audit.write({{"n", 3}});
  CHECK(content(path.string() + ".1") == line("\"n\":1") + line("\"n\":2"));
  CHECK(content(path) == line("\"n\":3"));
}

TEST_CASE_METHOD(Fixture, "if another path cannot be opened, the old file stays in use") {
  REQUIRE(audit.open(path).has_value());
  CHECK_FALSE(audit.open((directory.path() / "missing/audit").string()).has_value());
  CHECK_FALSE(audit.open(directory.path().string()).has_value());
  const std::string pipe = (directory.path() / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_FALSE(audit.open(pipe).has_value());
  audit.write({{"n", 1}});
  CHECK(content(path) == line("\"n\":1"));
  CHECK(audit.lost_lines() == 0);
}

TEST_CASE_METHOD(Fixture, "if a rotated file cannot be opened again, later lines are lost") {
  directory.make_dir("log");
  const fs::path file = directory.path("log/audit.jsonl");
  REQUIRE(audit.open(file).has_value());
  audit.write({{"n", 1}});
  fs::rename(directory.path("log"), directory.path("away"));
  CHECK_FALSE(audit.open(file).has_value());
  CHECK(audit.is_wanted());
  audit.write({{"n", 2}});
  audit.write({{"n", 3}});
  CHECK(audit.lost_lines() == 2);
  CHECK(content(directory.path("away/audit.jsonl")) == line("\"n\":1"));
}

TEST_CASE_METHOD(Fixture, "lines go into the file at the path, whatever program created it") {
  const std::string old = path.string() + ".1";
  SECTION("a new one") {
    REQUIRE(audit.open(path).has_value());
    fs::rename(path, old);
    std::ofstream(path) << "";
  }
  SECTION("none") {
    REQUIRE(audit.open(path).has_value());
    fs::rename(path, old);
  }
  SECTION("none, and the old one is deleted") {
    REQUIRE(audit.open(path).has_value());
    fs::remove(path);
  }
  audit.write({{"n", 1}});
  CHECK(content(path) == line("\"n\":1"));
  CHECK(audit.lost_lines() == 0);
}

TEST_CASE_METHOD(Fixture, "the path is checked once a second and after each sweep") {
  REQUIRE(audit.open(path).has_value());
  audit.write({{"n", 1}});
  const fs::path old = path.string() + ".1";
  fs::rename(path, old);
  audit.write({{"n", 2}});
  CHECK(content(old) == line("\"n\":1") + line("\"n\":2"));
  SECTION("after a second") { clock.advance(std::chrono::seconds(1)); }
  SECTION("after the sweep") { audit.check(); }
  audit.write({{"n", 3}});
  CHECK(content(path).find("\"n\":3") != std::string::npos);
  CHECK(content(old) == line("\"n\":1") + line("\"n\":2"));
  CHECK(audit.lost_lines() == 0);
}

TEST_CASE_METHOD(Fixture, "lines in a deleted file are lost, but not those of earlier sweeps") {
  REQUIRE(audit.open(path).has_value());
  audit.write({{"n", 1}});
  audit.check();
  audit.write({{"n", 2}});
  fs::remove(path);
  audit.write({{"n", 3}});
  audit.check();
  CHECK(audit.lost_lines() == 2);
  audit.write({{"n", 4}});
  CHECK(content(path) == line("\"n\":4"));
  CHECK(audit.lost_lines() == 2);
}

TEST_CASE_METHOD(Fixture, "a directory that was moved away is logged once, and tried again until it returns") {
  const test::Capture errors = test::capture_pipe();
  telemetry::Log told(clock, errors.writer.get());
  AuditFile moved(told, clock);
  directory.make_dir("log");
  const fs::path file = directory.path("log/audit.jsonl");
  REQUIRE(moved.open(file).has_value());
  fs::rename(directory.path("log"), directory.path("away"));
  for (int n = 0; n < 3; ++n) {
    moved.write({{"n", n}});
    clock.advance(std::chrono::seconds(1));
  }
  CHECK(moved.lost_lines() == 3);
  const std::string said = errors.take();
  CHECK(said.find("Removals cannot be written to the audit file: ") != std::string::npos);
  CHECK(said.find("Removals cannot be written") == said.rfind("Removals cannot be written"));
  directory.make_dir("log");
  moved.write({{"n", 4}});
  CHECK(content(file).find("\"n\":4") != std::string::npos);
  CHECK(moved.lost_lines() == 3);
  const std::string again = errors.take();
  CHECK(again.find("Audit file is written again: ") != std::string::npos);
  CHECK(again.find("lost_lines=3") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "without a path nothing is written") {
  REQUIRE(audit.open(path).has_value());
  REQUIRE(audit.open("").has_value());
  audit.write({{"n", 1}});
  CHECK(content(path).empty());
  CHECK(audit.lost_lines() == 0);
}

TEST_CASE_METHOD(Fixture, "a full volume is logged once, lost lines are counted, and a torn line damages no other") {
  const test::Capture errors = test::capture_pipe();
  telemetry::Log told(clock, errors.writer.get());
  AuditFile full(told, clock);
  REQUIRE(full.open(path).has_value());
  {
    const FileSizeLimit limit(line("\"n\":1").size() + 4);
    full.write({{"n", 1}});
    full.write({{"n", 2}});  // only its first four bytes fit
    full.write({{"n", 3}});
  }
  CHECK(full.lost_lines() == 2);
  full.write({{"n", 4}});
  CHECK(content(path) == line("\"n\":1") + "{\"ti\n" + line("\"n\":4"));
  const std::string said = errors.take();
  CHECK(said.find("Removals cannot be written to the audit file") != std::string::npos);
  CHECK(said.find("Removals cannot be written") == said.rfind("Removals cannot be written"));
}
