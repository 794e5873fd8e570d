#include "config/command_line.hpp"

#include "base/printable.hpp"
#include "config/nearest_name.hpp"
#include "config/options.hpp"

#include <fmt/format.h>
#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::config {
namespace {

namespace po = boost::program_options;

/// Only long options, and no abbreviations. An abbreviation in a unit file would change its meaning or fail as soon as
/// a new option begins alike.
constexpr int k_style = po::command_line_style::allow_long | po::command_line_style::long_allow_adjacent |
                        po::command_line_style::long_allow_next;

constexpr std::string_view k_allowed_stores = "s3, gcs or azure";

/// `token` is the argument as given, with or without `=VALUE`.
UsageError unknown_option(std::string_view token) {
  token = token.substr(0, token.find('='));
  const std::string_view name = token.substr(std::min(token.find_first_not_of('-'), token.size()));
  return {fmt::format("unknown option '{}'; the nearest known one is --{}", base::printable(token),
                      nearest_name(name, option_names()))};
}

/// Splits `--name=` into `--name ''`, because Program_options only accepts the latter. Scripts write `--name="$VALUE"`.
std::vector<std::string> split_empty_values(std::vector<std::string> arguments) {
  std::vector<std::string> split;
  for (std::string& argument : arguments) {
    const bool empty_value =
        argument.size() > 3 && argument.starts_with("--") && argument.find('=') + 1 == argument.size();
    if (empty_value) argument.pop_back();
    split.push_back(std::move(argument));
    if (empty_value) split.emplace_back();
  }
  return split;
}

/// Builds a CommandLine from the options that Program_options has parsed.
class CommandLineReader {
 public:
  /// Each of these returns an error, or nothing.
  std::optional<UsageError> take(const po::option& option) {
    return option.string_key.empty() ? take_argument(option.original_tokens.at(0)) : take_option(option);
  }
  [[nodiscard]] std::optional<UsageError> check() const;

  [[nodiscard]] const CommandLine& result() const noexcept { return result_; }

 private:
  std::optional<UsageError> take_argument(const std::string& text);
  std::optional<UsageError> take_command(const std::string& name);
  std::optional<UsageError> take_store(const std::string& name);
  std::optional<UsageError> take_option(const po::option& option);
  std::optional<UsageError> take_address(const std::string& text);
  [[nodiscard]] std::optional<UsageError> check_tied_options() const;
  [[nodiscard]] std::optional<UsageError> check_lifecycle() const;

  CommandLine result_;
  std::set<std::string> given_;
  bool has_command_ = false;
  bool has_store_ = false;
};

std::optional<UsageError> CommandLineReader::take_argument(const std::string& text) {
  if (text.starts_with('-')) return unknown_option(text);
  if (!std::exchange(has_command_, true)) return take_command(text);
  if (result_.command == Command::lifecycle && !std::exchange(has_store_, true)) return take_store(text);
  return UsageError{fmt::format("unexpected argument '{}' after the {}", base::printable(text),
                                result_.command == Command::lifecycle ? "provider" : "command")};
}

std::optional<UsageError> CommandLineReader::take_command(const std::string& name) {
  const auto names = command_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return UsageError{fmt::format("unknown command '{}'; the nearest known one is {}", base::printable(name),
                                  nearest_name(name, names))};
  }
  result_.command = static_cast<Command>(found - names.begin());
  return std::nullopt;
}

std::optional<UsageError> CommandLineReader::take_store(const std::string& name) {
  const auto names = object_store_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return UsageError{fmt::format("unknown provider '{}'; allowed: {}; the nearest known one is {}",
                                  base::printable(name), k_allowed_stores, nearest_name(name, names))};
  }
  result_.store = static_cast<ObjectStore>(found - names.begin());
  return std::nullopt;
}

std::optional<UsageError> CommandLineReader::take_option(const po::option& option) {
  const std::string& name = option.string_key;
  if (!given_.insert(name).second) return UsageError{fmt::format("--{} is given twice", name)};
  if (name == "help") result_.help = true;
  else if (name == "version") result_.version = true;
  else if (name == "dry-run") result_.dry_run = true;
  else if (name == "json") result_.json = true;
  else {
    const std::string& value = option.value.at(0);
    // Program_options accepts any next argument: `--output-dir --json` would create a directory named --json.
    if (option.original_tokens.size() > 1 && value.starts_with("--")) {
      return UsageError{fmt::format("--{0} needs a value; write a value that begins with -- as --{0}=VALUE", name)};
    }
    if (name == "address") return take_address(value);
    if (name == "prefix") result_.prefix = value;
    else if (name == "config") result_.config_file = value;
    else result_.settings.emplace(name, value);
  }
  return std::nullopt;
}

std::optional<UsageError> CommandLineReader::take_address(const std::string& text) {
  if (text.empty()) return std::nullopt;
  result_.address = base::parse_listen_address(text);
  const bool usable = result_.address &&
                      (result_.address->kind == base::ListenAddress::Kind::unix_socket || result_.address->port != 0);
  if (usable) return std::nullopt;
  return UsageError{
      fmt::format("--address '{}' is not allowed; allowed: address:port with a numeric address, [v6]:port, or "
                  "unix:/path; not port 0",
                  base::printable(text))};
}

std::optional<UsageError> CommandLineReader::check() const {
  if (result_.help || result_.version) return std::nullopt;
  if (auto error = check_tied_options()) return error;
  return result_.command == Command::lifecycle ? check_lifecycle() : std::nullopt;
}

std::optional<UsageError> CommandLineReader::check_tied_options() const {
  const std::pair<const char*, std::vector<Command>> tied_options[] = {{"dry-run", {Command::sweep}},
                                                                       {"json", {Command::sweep, Command::reload}},
                                                                       {"address", {Command::health, Command::reload}},
                                                                       {"prefix", {Command::lifecycle}}};
  for (const auto& [name, commands] : tied_options) {
    if (!given_.contains(name) || std::ranges::find(commands, result_.command) != commands.end()) continue;
    std::string names;
    for (const Command command : commands)
      names += fmt::format("{}{}", names.empty() ? "" : " and ", command_names()[static_cast<std::size_t>(command)]);
    return UsageError{fmt::format("--{} is only allowed with {}", name, names)};
  }
  return std::nullopt;
}

/// The allowed prefixes depend on the provider, which may stand after the option.
std::optional<UsageError> CommandLineReader::check_lifecycle() const {
  if (!has_store_) return UsageError{fmt::format("lifecycle needs a provider: {}", k_allowed_stores)};
  if (!result_.prefix || is_object_prefix(result_.store, *result_.prefix)) return std::nullopt;
  return UsageError{fmt::format("--prefix '{}' is not allowed for {}; allowed: {}", base::printable(*result_.prefix),
                                name_of(result_.store), allowed_prefixes(result_.store))};
}

}  // namespace

boost::system::result<CommandLine, UsageError> parse_command_line(int argc, const char* const* argv) {
  po::options_description options;
  options.add(general_options()).add(setting_options());
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  CommandLineReader reader;
  try {
    const po::parsed_options parsed =
        po::command_line_parser(split_empty_values(arguments)).options(options).style(k_style).run();
    for (const po::option& option : parsed.options) {
      if (const auto error = reader.take(option)) return *error;
    }
  } catch (const po::unknown_option& error) {
    return unknown_option(error.get_option_name());
  } catch (const po::error& error) {
    return UsageError{base::printable(error.what())};
  }
  if (const auto error = reader.check()) return *error;
  return reader.result();
}

bool may_use_service(const CommandLine& command_line, const Environment& environment) {
  const auto has = [](const auto& values, const char* name) {
    const auto found = values.find(name);
    return found != values.end() && !found->second.empty();
  };
  return command_line.config_file.empty() && !has(environment, k_config_file_variable) &&
         !has(command_line.settings, "output-dir") && !has(environment, "CHART_OUTPUT_DIR");
}

Sources settings_sources(const CommandLine& command_line, Environment environment, Service service) {
  Sources sources{command_line.settings, std::move(environment), command_line.config_file};
  if (!sources.file.empty()) sources.file_source = "command line --config";
  const auto name_file = [&sources](std::string_view path, std::string_view source) {
    if (!sources.file.empty() || path.empty()) return;
    sources.file = path;
    sources.file_source = source;
  };
  const auto in_environment = sources.environment.find(k_config_file_variable);
  if (in_environment != sources.environment.end()) name_file(in_environment->second, "environment");
  const auto of_service = service.values.find(k_config_file_variable);
  if (of_service != service.values.end()) name_file(of_service->second.value, of_service->second.source);
  sources.service = std::move(service);
  return sources;
}

}  // namespace reaper::config
