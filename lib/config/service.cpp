#include "config/service.hpp"

#include "base/printable.hpp"
#include "config/command_line.hpp"
#include "config/environment_file.hpp"
#include "config/setting_table.hpp"
#include "config/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace reaper::config {
namespace {

/// Splits a list in systemctl's format. Blanks separate elements; an element with special characters is in double
/// quotes, with a backslash before those that would end it.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> elements;
  bool quoted = false;
  bool in_element = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool parts = text[i] == ' ' && !quoted;
    if (!parts && !in_element) elements.emplace_back();
    in_element = !parts;
    if (parts) continue;
    if (text[i] == '"') quoted = !quoted;
    else if (text[i] == '\\' && quoted && i + 1 < text.size()) elements.back() += text[++i];
    else elements.back() += text[i];
  }
  return elements;
}

/// Returns the text between the two marks; up to the end if `end` is missing, empty if `begin` is missing.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t first = text.find(begin);
  if (first == std::string_view::npos) return {};
  text.remove_prefix(first + begin.size());
  return text.substr(0, text.find(end));
}

/// Collects the settings of a unit. Later sources override earlier ones, in systemd's order.
class ServiceReader {
 public:
  explicit ServiceReader(std::string_view properties) : properties_(properties) {}

  Service read() && {
    if (value("LoadState") != "loaded") return {};
    const std::string_view user = value("User");
    service_.description = fmt::format("{}, which runs as {}", k_service_unit, user.empty() ? "root" : user);
    for (const std::string& entry : split_list(value("Environment"))) take_variable(entry);
    for (const std::string_view file : values("EnvironmentFiles")) take_file(file);
    take_command_line(between(value("ExecStart"), "argv[]=", " ; "));
    return std::move(service_);
  }

 private:
  /// Returns all values of a property. A list of files has one line for each file.
  [[nodiscard]] std::vector<std::string_view> values(std::string_view name) const {
    std::vector<std::string_view> found;
    for (std::string_view rest = properties_; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (line.starts_with(name) && line.substr(name.size()).starts_with('='))
        found.push_back(line.substr(name.size() + 1));
    }
    return found;
  }

  [[nodiscard]] std::string_view value(std::string_view name) const {
    const auto found = values(name);
    return found.empty() ? std::string_view() : found.front();
  }

  void set(std::string variable, std::string value, std::string source) {
    service_.values[std::move(variable)] = {std::move(value), std::move(source)};
  }

  void take_variable(std::string_view entry) {
    const std::size_t equals = std::min(entry.find('='), entry.size());
    if (equals < entry.size())
      set(std::string(entry.substr(0, equals)), std::string(entry.substr(equals + 1)), std::string(k_service_unit));
  }

  /// `file` has systemctl's format: `PATH (ignore_errors=yes)`.
  void take_file(std::string_view file) {
    const std::size_t path_end = std::min(file.rfind(" (ignore_errors="), file.size());
    const bool may_be_missing = file.ends_with("=yes)");
    const std::string path(file.substr(0, path_end));
    const auto text = read_text_file(path);
    if (!text && may_be_missing && text.error().is(ENOENT)) return;
    if (!text) {
      service_.errors.push_back(fmt::format("environment file of {}: {}", k_service_unit, text.error().message()));
      return;
    }
    for (const auto& [variable, value] : parse_environment_file(*text)) set(variable, value, base::printable(path));
  }

  /// systemctl prints the arguments without quotes; no value of a setting needs quotes.
  void take_command_line(std::string_view printed) {
    const std::vector<std::string> words = split_list(printed);
    std::vector<const char*> arguments;
    arguments.reserve(words.size());
    for (const std::string& word : words) arguments.push_back(word.c_str());
    const auto command_line = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
    if (!command_line) {
      service_.errors.push_back(
          fmt::format("ExecStart of {}: {}; give a root or a configuration file on the command line instead",
                      k_service_unit, command_line.error().message));
      return;
    }
    for (const Setting& setting : setting_table()) {
      const auto given = command_line->settings.find(std::string(setting.option));
      if (given == command_line->settings.end() || given->second.empty()) continue;
      set(std::string(setting.variable), given->second, fmt::format("{} --{}", k_service_unit, setting.option));
    }
    if (!command_line->config_file.empty())
      set(k_config_file_variable, command_line->config_file, fmt::format("{} --config", k_service_unit));
  }

  std::string_view properties_;
  Service service_;
};

}  // namespace

Service read_service(std::string_view properties) { return ServiceReader(properties).read(); }

std::vector<std::string> unknown_variables(const Service& service) {
  std::vector<std::string> lines;
  for (const auto& [variable, given] : service.values) {
    if (auto line = unknown_variable(variable, given.value, given.source)) lines.push_back(*std::move(line));
  }
  return lines;
}

}  // namespace reaper::config
