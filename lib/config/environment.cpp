#include "config/environment.hpp"

#include "base/printable.hpp"
#include "config/nearest_name.hpp"
#include "config/setting_table.hpp"
#include "config/wrapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace reaper::config {
namespace {

std::vector<std::string_view> known_variables() {
  std::vector<std::string_view> known;
  for (const Setting& setting : setting_table()) known.push_back(setting.variable);
  known.emplace_back(k_config_file_variable);
  return known;
}

/// Returns true for variables that Kubernetes adds for each Service in the namespace. A Service `chart-reaper` adds
/// CHART_REAPER_SERVICE_HOST, CHART_REAPER_PORT=tcp://10.0.0.1:8010, CHART_REAPER_PORT_8010_TCP_ADDR and more:
/// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
bool is_about_a_service(std::string_view name, std::string_view value) {
  return name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT") ||
         name.find("_PORT_") != std::string_view::npos ||
         (name.ends_with("_PORT") && value.find("://") != std::string_view::npos);
}

}  // namespace

Environment read_environment(const char* const* entries) {
  Environment environment;
  for (; entries != nullptr && *entries != nullptr; ++entries) {
    const std::string_view entry = *entries;
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos) environment.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return environment;
}

std::optional<std::string> unknown_variable(std::string_view name, std::string_view value, std::string_view source) {
  const bool has_mark = name.starts_with(k_byte_order_mark);
  if (has_mark) name.remove_prefix(k_byte_order_mark.size());
  if (has_mark && (name == "ENVIRONMENT" || name.starts_with("CHART_")))
    return fmt::format("{} from {}: unknown setting; remove the UTF-8 byte order mark (BOM) before its name",
                       base::printable(name), source);
  if (!name.starts_with("CHART_") || value.empty() || is_about_a_service(name, value)) return std::nullopt;
  const std::vector<std::string_view> known = known_variables();
  if (std::find(known.begin(), known.end(), name) != known.end()) return std::nullopt;
  return fmt::format("{} from {}: unknown setting; the nearest known name is {}", base::printable(name), source,
                     nearest_name(name, known));
}

std::vector<std::string> unknown_variables(const Environment& environment) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : environment) {
    if (auto line = unknown_variable(name, value, "environment")) lines.push_back(*std::move(line));
  }
  return lines;
}

}  // namespace reaper::config
