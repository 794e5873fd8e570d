#include "config/options.hpp"

#include "config/setting_table.hpp"

#include <fmt/format.h>
#include <boost/program_options/value_semantic.hpp>

#include <array>
#include <string>

namespace reaper::config {
namespace {

namespace po = boost::program_options;

constexpr unsigned k_help_columns = 90;

constexpr std::array<std::string_view, 6> k_commands{"serve", "sweep", "check", "health", "reload", "lifecycle"};

struct GeneralOption {
  const char* name;
  const char* value_name;  ///< null if it takes none
  const char* description;
};

constexpr std::array k_general_options{
    GeneralOption{"config", "FILE", "configuration file with name=value lines; also CHART_CONFIG_FILE"},
    GeneralOption{"dry-run", nullptr, "with sweep: print what would be removed, but remove nothing"},
    GeneralOption{"json", nullptr, "with sweep and reload: print one JSON object"},
    GeneralOption{"address", "ADDRESS", "with health and reload: the listener to ask instead of the configured one"},
    GeneralOption{"prefix", "PREFIX", "with lifecycle: the first part of the names of all charts in the bucket"},
    GeneralOption{"help", nullptr, "print this help and exit"},
    GeneralOption{"version", nullptr, "print the version and exit"},
};

std::string describe(const Setting& setting) {
  const std::string_view fallback = setting.preset_value != nullptr ? "preset" : setting.default_value;
  return fmt::format("{} (default: {})", setting.description, fallback.empty() ? "none" : fallback);
}

}  // namespace

std::span<const std::string_view> command_names() { return k_commands; }

po::options_description general_options() {
  po::options_description options("Options", k_help_columns);
  for (const auto& [name, value_name, description] : k_general_options) {
    if (value_name == nullptr) options.add_options()(name, description);
    else options.add_options()(name, po::value<std::string>()->value_name(value_name), description);
  }
  return options;
}

po::options_description setting_options() {
  po::options_description options("Settings", k_help_columns);
  for (const Setting& setting : setting_table()) {
    const std::string name(setting.option);
    auto* const value = po::value<std::string>()->value_name(std::string(setting.value_name));
    options.add_options()(name.c_str(), value, describe(setting).c_str());
  }
  return options;
}

std::vector<std::string_view> option_names() {
  std::vector<std::string_view> names;
  names.reserve(std::size(k_general_options) + setting_table().size());
  for (const GeneralOption& option : k_general_options) names.emplace_back(option.name);
  for (const Setting& setting : setting_table()) names.push_back(setting.option);
  return names;
}

}  // namespace reaper::config
