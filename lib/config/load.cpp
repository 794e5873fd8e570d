#include "config/load.hpp"

#include "base/printable.hpp"
#include "config/config_file.hpp"
#include "config/setting_table.hpp"
#include "config/wrapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace reaper::config {
namespace {

std::string find(const std::map<std::string, std::string>& values, std::string_view name) {
  const auto found = values.find(std::string(name));
  return found == values.end() ? std::string() : found->second;
}

/// Returns the value from the source with the highest precedence. An empty value counts as not given, in every source.
EffectiveSetting choose(const Setting& setting, const Sources& sources, const ConfigFile& file, Preset preset) {
  const std::string variable(setting.variable);
  if (const std::string value = find(sources.command_line, setting.option); !value.empty()) {
    return {variable, value, fmt::format("command line --{}", setting.option)};
  }
  if (const std::string value = find(sources.environment, setting.variable); !value.empty()) {
    return {variable, value, "environment"};
  }
  const auto of_service = sources.service.values.find(variable);
  if (of_service != sources.service.values.end() && !of_service->second.value.empty()) {
    return {variable, of_service->second.value, of_service->second.source};
  }
  const auto in_file = file.values.find(std::string(setting.option));
  if (in_file != file.values.end() && !in_file->second.value.empty()) {
    const auto& [value, line] = in_file->second;
    return {variable, value, fmt::format("{}:{}", base::printable(sources.file), line)};
  }
  if (setting.preset_value != nullptr) {
    const PresetValues& values = preset_values(preset);
    return {variable, std::string(values.*setting.preset_value), fmt::format("preset {}", values.name)};
  }
  return {variable, std::string(setting.default_value), "default"};
}

std::string not_allowed(const EffectiveSetting& given, std::string_view allowed) {
  const std::string_view advice = wrapping_of(given.value);
  return fmt::format("{} from {}: '{}' is not allowed; allowed: {}{}{}", given.variable, given.source,
                     base::printable(given.value), allowed, advice.empty() ? "" : "; ", advice);
}

/// Reads the configuration file, unless its path has quotes, blanks or the like around it.
ConfigFile read_named_file(const Sources& sources) {
  if (sources.file.empty()) return {};
  if (wrapping_of(sources.file).empty()) return read_config_file(sources.file);
  return {{}, {not_allowed({k_config_file_variable, sources.file, sources.file_source}, "the path of a file")}};
}

/// Returns true if both listeners have the same address. The second bind would fail, and an error here is clearer.
bool listeners_collide(const Settings& settings) {
  const bool any_free_port = settings.listen.kind == base::ListenAddress::Kind::tcp && settings.listen.port == 0;
  return settings.metrics_listen == settings.listen && !any_free_port;
}

void check_listeners(Loaded& loaded) {
  if (!listeners_collide(loaded.settings)) return;
  const auto metrics = std::ranges::find(loaded.effective, "CHART_METRICS_LISTEN", &EffectiveSetting::variable);
  loaded.errors.push_back(not_allowed(*metrics, "an address other than that of CHART_LISTEN"));
}

/// Refuses a relative root: the service resolves it against another directory than the operator's shell.
void check_root_of_service(Loaded& loaded, const Service& service) {
  const std::string& given = loaded.settings.output_dir;
  if (service.description.empty() || given.empty() || given.starts_with('/')) return;
  const auto root = std::ranges::find(loaded.effective, "CHART_OUTPUT_DIR", &EffectiveSetting::variable);
  loaded.errors.push_back(not_allowed(*root, "an absolute path, because the settings are those of the service"));
}

void find_socket_group(Loaded& loaded, const std::string& group_file) {
  Settings& settings = loaded.settings;
  if (settings.socket_group.empty() || group_file.empty()) return;
  settings.socket_gid = find_group(settings.socket_group, group_file);
  if (settings.socket_gid) return;
  constexpr std::string_view k_variable = "CHART_SOCKET_GROUP";
  const auto given = std::ranges::find(loaded.effective, k_variable, &EffectiveSetting::variable);
  const auto setting = std::ranges::find(setting_table(), k_variable, &Setting::variable);
  loaded.errors.push_back(not_allowed(*given, setting->allowed));
}

}  // namespace

Loaded load(const Sources& sources) {
  const ConfigFile file = read_named_file(sources);
  Loaded loaded;
  loaded.errors = sources.service.errors;
  loaded.errors.insert(loaded.errors.end(), file.errors.begin(), file.errors.end());
  loaded.warnings = unknown_variables(sources.environment);
  std::ranges::copy(unknown_variables(sources.service), std::back_inserter(loaded.warnings));
  for (const Setting& setting : setting_table()) {
    EffectiveSetting given = choose(setting, sources, file, loaded.settings.environment);
    const bool is_good = wrapping_of(given.value).empty() && setting.read(given.value, loaded.settings);
    if (!given.value.empty() && !is_good) {
      loaded.errors.push_back(not_allowed(given, setting.allowed));
    }
    loaded.effective.push_back(std::move(given));
  }
  check_listeners(loaded);
  check_root_of_service(loaded, sources.service);
  find_socket_group(loaded, sources.group_file);
  return loaded;
}

}  // namespace reaper::config
