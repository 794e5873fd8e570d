#include "telemetry/log.hpp"

#include "base/ascii.hpp"
#include "base/json_text.hpp"
#include "base/printable.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <iterator>

namespace reaper::telemetry {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// The longest line, newline included. A pipe takes up to PIPE_BUF bytes as a whole, and without blocking once poll(2)
/// reports it writable (pipe(7)).
constexpr std::size_t k_max_line = PIPE_BUF;

/// The first limit for values when a line is too long. Two paths of this length still fit.
constexpr std::size_t k_first_value_limit = 1024;

/// The longest wait for the reader of a line. Long enough for a busy log collector, and short beside the second within
/// which the program must be able to end.
constexpr std::chrono::milliseconds k_patience = 50ms;

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

/// Returns the priority prefix of a line (sd-daemon(3)).
std::string_view journal_prefix(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "<7>";
    case LogLevel::info: return "<6>";
    case LogLevel::warning: return "<4>";
    case LogLevel::error: return "<3>";
  }
  return "<3>";
}

/// Returns true if the descriptor is the stream `device:inode` (JOURNAL_STREAM in systemd.exec(5)). The comparison is
/// needed because programs inherit the variable even if their output goes elsewhere.
bool is_stream(int descriptor, std::string_view device_and_inode) {
  struct stat status {};
  if (device_and_inode.empty() || fstat(descriptor, &status) != 0) return false;
  return device_and_inode == fmt::format("{}:{}", status.st_dev, status.st_ino);
}

/// Returns the number of bytes, at most `limit`, that do not end inside a UTF-8 sequence.
std::size_t length_of_start(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text.size();
  const auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U; };
  std::size_t length = limit;
  // A sequence has at most three continuation bytes. More are not UTF-8 and may be cut anywhere.
  while (length > 0 && limit - length < 3 && continues(length)) --length;
  return length;
}

/// Returns at most the first `limit` bytes, made printable.
std::string printable_start(std::string_view text, std::size_t limit) {
  const std::size_t length = length_of_start(text, limit);
  return base::printable(text.substr(0, length)) + (length < text.size() ? "..." : "");
}

/// Returns the same for text that is printable already.
std::string start_of_printable(std::string_view text, std::size_t limit) {
  const std::size_t length = length_of_start(text, limit);
  return std::string(text.substr(0, length)) + (length < text.size() ? "..." : "");
}

/// Returns the value with all its texts printable and at most `limit` bytes long.
json::value printable_value(const json::value& value, std::size_t limit) {
  if (const auto* text = value.if_string()) return json::value(printable_start(*text, limit));
  if (const auto* array = value.if_array()) {
    json::array out;
    for (const json::value& element : *array) out.push_back(printable_value(element, limit));
    return out;
  }
  if (const auto* object = value.if_object()) {
    json::object out;
    for (const auto& [key, member] : *object) out[printable_start(key, limit)] = printable_value(member, limit);
    return out;
  }
  return value;
}

bool needs_no_quotes(char c) {
  return base::is_letter(c) || base::is_digit(c) || std::string_view("_./:@%+,-").find(c) != std::string_view::npos;
}

/// Returns the text of the field, without quotes.
std::string field_text(const Field& field, std::size_t limit) {
  if (field.is_printable) return start_of_printable(field.value.get_string(), limit);
  if (field.value.is_string()) return printable_start(field.value.get_string(), limit);
  return printable_start(base::json_text(field.value), limit);
}

void append_text_value(std::string& out, const Field& field, std::size_t limit) {
  if (!field.value.is_string() && !field.value.is_structured()) {
    out += base::json_text(field.value);
    return;
  }
  const std::string text = field_text(field, limit);
  if (!text.empty() && std::all_of(text.begin(), text.end(), needs_no_quotes)) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '\\';
    out += c;
  }
  out += '"';
}

std::string text_line(std::string_view message, std::initializer_list<Field> fields, std::size_t limit) {
  std::string out = printable_start(message, limit);
  if (fields.size() > 0) out += ':';
  for (const Field& field : fields) {
    if (field.value.is_null()) continue;
    fmt::format_to(std::back_inserter(out), " {}=", field.name);
    append_text_value(out, field, limit);
  }
  return out;
}

void append_json_fields(json::object& out, std::string_view message, std::initializer_list<Field> fields,
                        std::size_t limit) {
  out["message"] = printable_start(message, limit);
  for (const Field& field : fields) {
    if (field.is_printable) out[field.name] = start_of_printable(field.value.get_string(), limit);
    else if (!field.value.is_null()) out[field.name] = printable_value(field.value, limit);
  }
}

bool is_writable(int descriptor, std::chrono::milliseconds patience) {
  pollfd entry{descriptor, POLLOUT, 0};
  int ready = 0;
  do {
    ready = poll(&entry, 1, static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR);
  // poll(2) reports a pipe without a reader as writable and as failed. Writing to it would raise SIGPIPE.
  return ready == 1 && (entry.revents & (POLLOUT | POLLERR | POLLHUP | POLLNVAL)) == POLLOUT;
}

bool write_whole(int descriptor, std::string_view text) {
  ssize_t written = 0;
  do {
    written = ::write(descriptor, text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  return written == static_cast<ssize_t>(text.size());
}

}  // namespace

Log::Log(const base::Clock& clock, int descriptor, std::string_view journal_stream)
    : clock_(&clock), descriptor_(descriptor), to_journal_(is_stream(descriptor, journal_stream)) {}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<Field> fields) noexcept {
  if (level < level_) return;
  try {
    const std::string text = line(level, message, fields);
    const std::lock_guard lock(mutex_);
    if (dropped_ != told_drops_) tell_of_drops();
    put(text);
  } catch (...) {
    // Out of memory: the work goes on, and the line counts as dropped.
    ++dropped_;
  }
}

std::string Log::line(LogLevel level, std::string_view message, std::initializer_list<Field> fields) const {
  const std::string time = to_journal_ ? std::string() : base::rfc3339(clock_->now());
  const auto format = [&](std::size_t limit) {
    std::string out(to_journal_ ? journal_prefix(level) : std::string_view());
    if (format_ == LogFormat::json) {
      json::object object;
      if (!to_journal_) object = {{"time", time}, {"level", level_name(level)}};
      append_json_fields(object, message, fields, limit);
      out += base::json_text(object);
    } else {
      out += text_line(message, fields, limit);
      if (!to_journal_) fmt::format_to(std::back_inserter(out), " level={} time={}", level_name(level), time);
    }
    return out += '\n';
  };
  std::string out = format(std::string_view::npos);
  for (std::size_t limit = k_first_value_limit; out.size() > k_max_line && limit > 0; limit /= 2) out = format(limit);
  if (out.size() > k_max_line) out.replace(k_max_line - 1, std::string::npos, "\n");
  return out;
}

void Log::put(std::string_view text) {
  // After one line has waited in vain, the next ones do not wait until the reader reads again. Otherwise a sweep with a
  // thousand removals would wait a thousand times.
  stalled_ = !is_writable(descriptor_, stalled_ ? 0ms : k_patience) || !write_whole(descriptor_, text);
  if (stalled_) ++dropped_;
}

void Log::tell_of_drops() {
  if (!is_writable(descriptor_, 0ms)) return;
  const std::uint64_t count = dropped_;
  if (write_whole(descriptor_, line(LogLevel::warning, "Log lines dropped", {{"count", count - told_drops_}}))) {
    told_drops_ = count;
    stalled_ = false;
  }
}

}  // namespace reaper::telemetry
