#include "config/environment_file.hpp"

#include "config/blanks.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace reaper::config {
namespace {

bool is_blank(char c) { return k_blanks.find(c) != std::string_view::npos; }

/// Removes the next line from the text and returns it without its line end.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

/// Parses one value. It ends at the end of the line, unless that is quoted or escaped.
class ValueReader {
 public:
  /// Removes the value and its line end from the text, and returns the value.
  std::string take(std::string_view& text) {
    while (!text.empty()) {
      const char c = text.front();
      text.remove_prefix(1);
      if (c == '\n' && quote_ == '\0') break;
      if (c == '\\' && quote_ != '\'' && !text.empty()) {
        add_escaped(text.front());
        text.remove_prefix(1);
      } else {
        add(c);
      }
    }
    value_.resize(kept_);
    return std::move(value_);
  }

 private:
  void add(char c) {
    const bool at_start = value_.empty();
    if (quote_ != '\0') {
      if (c == quote_) quote_ = '\0';
      else value_ += c;
      kept_ = value_.size();
    } else if (at_start && (c == '"' || c == '\'')) {
      quote_ = c;
    } else if (!at_start || !is_blank(c)) {
      value_ += c;
      if (!is_blank(c)) kept_ = value_.size();
    }
  }

  void add_escaped(char c) {
    if (c == '\n') return;
    constexpr std::string_view k_special_in_quotes = "\"\\`$";
    if (quote_ == '"' && k_special_in_quotes.find(c) == std::string_view::npos) value_ += '\\';
    value_ += c;
    kept_ = value_.size();
  }

  std::string value_;
  std::size_t kept_ = 0;  ///< the length without trailing blanks
  char quote_ = '\0';
};

}  // namespace

Environment parse_environment_file(std::string_view text) {
  Environment environment;
  while (!text.empty()) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) break;
    text.remove_prefix(first);
    const std::size_t end = text.find_first_of("=\n");
    const bool is_comment = text.front() == '#' || text.front() == ';';
    if (is_comment || end == std::string_view::npos || text[end] == '\n') {
      take_line(text);
      continue;
    }
    std::string name(text.substr(0, end));
    name.resize(name.find_last_not_of(k_blanks) + 1);
    text.remove_prefix(end + 1);
    environment[std::move(name)] = ValueReader().take(text);
  }
  return environment;
}

}  // namespace reaper::config
