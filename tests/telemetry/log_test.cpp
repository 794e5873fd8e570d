#include "telemetry/log.hpp"

#include "base/printable.hpp"
#include "support/capture.hpp"
#include "support/catch.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <boost/json.hpp>

#include <cerrno>
#include <chrono>
#include <climits>
#include <thread>
#include <vector>

using namespace reaper;
using namespace std::chrono_literals;
using namespace std::string_literals;
using telemetry::Field;
using telemetry::Log;
using telemetry::LogFormat;
using telemetry::LogLevel;

namespace {

class FixedClock final : public base::Clock {
 public:
  [[nodiscard]] base::FileTime now() const override {
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 21h + 12min + 27s + 123ms;
  }
  [[nodiscard]] std::chrono::nanoseconds since_boot() const override { return 1h; }
};

const FixedClock clock_at_2112;

constexpr const char* k_tail = " level=info time=2026-11-23T21:12:27.123Z\n";

/// Returns the text of one line at level info.
std::string text_line(std::string_view message, std::initializer_list<Field> fields = {}) {
  const test::Capture capture = test::capture_pipe();
  Log log(clock_at_2112, capture.writer.get());
  log.write(LogLevel::info, message, fields);
  return capture.take();
}

std::string json_line(std::string_view message, std::initializer_list<Field> fields = {}) {
  const test::Capture capture = test::capture_pipe();
  Log log(clock_at_2112, capture.writer.get());
  log.set_format(LogFormat::json);
  log.write(LogLevel::info, message, fields);
  return capture.take();
}

std::string device_and_inode(const base::FileDescriptor& descriptor) {
  struct stat status {};
  REQUIRE(fstat(descriptor.get(), &status) == 0);
  return fmt::format("{}:{}", status.st_dev, status.st_ino);
}

}  // namespace

TEST_CASE("the path of an error is escaped once") {
  const base::Error error = base::errno_error(EACCES, "unlinkat", "A\nB\\C_1d");
  const std::string escaped = R"(unlinkat 'A\nB\\C_1d': Permission denied)";
  CHECK(text_line("Failed", {{"error", error}}) == "Failed: error=\"" + escaped + "\"" + k_tail);
  CHECK(text_line("Failed", {{"error", telemetry::Printable{error.message()}}}) ==
        "Failed: error=\"" + escaped + "\"" + k_tail);
}

TEST_CASE("a text line begins with the message and ends with level and time") {
  CHECK(text_line("Sweep ended") == "Sweep ended"s + k_tail);
  CHECK(text_line("Chart cleanup completed", {{"files_removed", 3}, {"bytes_freed", 1048576u}}) ==
        "Chart cleanup completed: files_removed=3 bytes_freed=1048576"s + k_tail);
}

TEST_CASE("a text value is quoted only if it could be misread") {
  CHECK(text_line("m", {{"path", "A_1d/x.png"}}) == "m: path=A_1d/x.png"s + k_tail);
  CHECK(text_line("m", {{"path", "NIFTY 50_1day/x.png"}}) == "m: path=\"NIFTY 50_1day/x.png\""s + k_tail);
  CHECK(text_line("m", {{"symbol", "M&M"}}) == "m: symbol=\"M&M\""s + k_tail);
  CHECK(text_line("m", {{"symbol", "日経"}}) == "m: symbol=\"日経\""s + k_tail);
  CHECK(text_line("m", {{"symbol", ""}}) == "m: symbol=\"\""s + k_tail);
  CHECK(text_line("m", {{"symbol", "a=\"b\""}}) == "m: symbol=\"a=\\\"b\\\"\""s + k_tail);
}

TEST_CASE("numbers and booleans are written plainly, structures as quoted JSON, null not at all") {
  CHECK(text_line("m", {{"a", 23.5}, {"b", 6.0}, {"c", -1}, {"d", true}, {"e", nullptr}}) ==
        "m: a=23.5 b=6.0 c=-1 d=true"s + k_tail);
  const boost::json::value reasons{{"expired", 2}};
  CHECK(text_line("m", {{"reasons", reasons}}) == "m: reasons=\"{\\\"expired\\\":2}\""s + k_tail);
}

TEST_CASE("neither a message nor a value can break the line or send control characters to the terminal") {
  const std::string hostile = "evil\n\x1b[31m\xff\x00.png"s;
  CHECK(text_line("m", {{"path", hostile}}) == "m: path=\"evil\\n\\x1b[31m\\xff\\x00.png\""s + k_tail);
  CHECK(text_line(hostile) == "evil\\n\\x1b[31m\\xff\\x00.png"s + k_tail);

  const std::string line = json_line(hostile, {{"path", hostile}, {"all", boost::json::array{hostile}}});
  CHECK(base::is_utf8(line));
  CHECK(line.find('\n') == line.size() - 1);
  const boost::json::value parsed = boost::json::parse(line);
  CHECK(parsed.at("path").as_string() == "evil\\n\\x1b[31m\\xff\\x00.png");
  CHECK(parsed.at("all").at(0) == parsed.at("path"));
}

TEST_CASE("a JSON line is one object with time, level and message first") {
  CHECK(json_line("Sweep ended", {{"seconds", 23.5}, {"path", "a b"}}) ==
        R"({"time":"2026-11-23T21:12:27.123Z","level":"info","message":"Sweep ended","seconds":23.5,"path":"a b"})"
        "\n");
}

TEST_CASE("lines below the level are not written") {
  const test::Capture capture = test::capture_pipe();
  Log log(clock_at_2112, capture.writer.get());
  log.write(LogLevel::debug, "one");
  CHECK(capture.take().empty());
  log.set_level(LogLevel::debug);
  log.write(LogLevel::debug, "two");
  CHECK(capture.take() == "two level=debug time=2026-11-23T21:12:27.123Z\n");
  log.set_level(LogLevel::error);
  log.write(LogLevel::warning, "three");
  CHECK(capture.take().empty());
  log.write(LogLevel::error, "four");
  CHECK(capture.take() == "four level=error time=2026-11-23T21:12:27.123Z\n");
}

TEST_CASE("under journald a line has its priority but neither time nor level") {
  const test::Capture capture = test::capture_sockets(SOCK_STREAM);
  Log log(clock_at_2112, capture.writer.get(), device_and_inode(capture.writer));
  log.set_level(LogLevel::debug);
  log.write(LogLevel::debug, "a");
  log.write(LogLevel::info, "b", {{"n", 1}});
  log.write(LogLevel::warning, "c");
  log.write(LogLevel::error, "d");
  CHECK(capture.take() == "<7>a\n<6>b: n=1\n<4>c\n<3>d\n");
  log.set_format(LogFormat::json);
  log.write(LogLevel::info, "b", {{"n", 1}});
  CHECK(capture.take() == "<6>{\"message\":\"b\",\"n\":1}\n");
}

TEST_CASE("a JOURNAL_STREAM for another descriptor is ignored") {
  const test::Capture capture = test::capture_pipe();
  const test::Capture other = test::capture_pipe();
  for (const std::string& stream : {device_and_inode(other.writer), "nonsense"s, ":"s}) {
    Log log(clock_at_2112, capture.writer.get(), stream);
    log.write(LogLevel::info, "a");
    CHECK(capture.take() == "a"s + k_tail);
  }
}

TEST_CASE("a line that is too long gets shorter values and stays complete") {
  const std::string long_path(5000, 'x');
  const std::string text = text_line("Removed", {{"path", long_path}, {"detail", long_path}, {"size_bytes", 7}});
  CHECK(text.size() <= PIPE_BUF);
  CHECK(text.size() > PIPE_BUF / 3);
  CHECK(text.starts_with("Removed: path=xxx"));
  CHECK(text.find("xxx... detail=xxx") != std::string::npos);
  CHECK(text.ends_with("xxx... size_bytes=7"s + k_tail));

  std::string japanese;
  for (int i = 0; i < 3000; ++i) japanese += "経";
  const std::string json = json_line(japanese, {{"path", japanese}});
  CHECK(json.size() <= PIPE_BUF);
  CHECK(base::is_utf8(json));
  CHECK(boost::json::parse(json).at("path").as_string().ends_with("経..."));

  const std::string worst = text_line(std::string(5000, '\x1b'), {{"path", std::string(5000, '\xff')}});
  CHECK(worst.size() <= PIPE_BUF);
  CHECK(worst.ends_with(k_tail));
}

TEST_CASE("a line that exactly fits is not shortened") {
  const std::string longest(PIPE_BUF - std::string_view(k_tail).size(), 'x');
  CHECK(text_line(longest) == longest + k_tail);
  CHECK(text_line(longest + 'x').size() < PIPE_BUF);
}

TEST_CASE("lines that nothing reads are dropped, counted and reported once") {
  for (const test::Capture& capture : {test::capture_pipe(), test::capture_sockets(SOCK_STREAM)}) {
    Log log(clock_at_2112, capture.writer.get());
    capture.fill();
    for (int i = 0; i < 1000; ++i) log.write(LogLevel::info, "lost");
    CHECK(log.dropped_lines() == 1000);
    CHECK(capture.take().find("lost") == std::string::npos);

    log.write(LogLevel::info, "back");
    log.write(LogLevel::info, "again");
    CHECK(capture.take() == "Log lines dropped: count=1000 level=warning time=2026-11-23T21:12:27.123Z\n" + "back"s +
                                k_tail + "again" + k_tail);

    capture.fill();
    log.write(LogLevel::info, "lost");
    static_cast<void>(capture.take());
    log.write(LogLevel::info, "back");
    CHECK(capture.take().starts_with("Log lines dropped: count=1 "));
    CHECK(log.dropped_lines() == 1001);
  }
}

TEST_CASE("only the first line waits for a blocked reader") {
  const test::Capture capture = test::capture_pipe();
  Log log(clock_at_2112, capture.writer.get());
  capture.fill();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) log.write(LogLevel::info, "lost");
  // Waiting for each line would take 50 seconds.
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  CHECK(log.dropped_lines() == 1000);
}

TEST_CASE("a closed reader or descriptor loses lines but does not end the program") {
  test::Capture pipe = test::capture_pipe();
  Log to_pipe(clock_at_2112, pipe.writer.get());
  pipe.reader.reset();
  to_pipe.write(LogLevel::error, "lost");
  to_pipe.write(LogLevel::error, "lost");
  CHECK(to_pipe.dropped_lines() == 2);

  test::Capture sockets = test::capture_sockets(SOCK_STREAM);
  Log to_socket(clock_at_2112, sockets.writer.get());
  sockets.reader.reset();
  to_socket.write(LogLevel::error, "lost");
  CHECK(to_socket.dropped_lines() == 1);

  Log to_nothing(clock_at_2112, -1);
  to_nothing.write(LogLevel::error, "lost");
  CHECK(to_nothing.dropped_lines() == 1);
}

TEST_CASE("lines of several threads stay complete") {
  const test::Capture capture = test::capture_pipe();
  Log log(clock_at_2112, capture.writer.get());
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) log.write(LogLevel::info, "a line of some length", {{"value", "of some length"}});
    });
  }
  threads.clear();
  std::string expected;
  for (int i = 0; i < 200; ++i) expected += "a line of some length: value=\"of some length\""s + k_tail;
  CHECK(capture.take() == expected);
  CHECK(log.dropped_lines() == 0);
}
