#pragma once

#include <boost/program_options/options_description.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace reaper::config {

/// The names of the commands, in the order of the enumerators of Command.
[[nodiscard]] std::span<const std::string_view> command_names();

/// The options that are no settings, such as `--config FILE`.
[[nodiscard]] boost::program_options::options_description general_options();

/// One option for each setting.
[[nodiscard]] boost::program_options::options_description setting_options();

/// The names of all options, without dashes.
[[nodiscard]] std::vector<std::string_view> option_names();

}  // namespace reaper::config
