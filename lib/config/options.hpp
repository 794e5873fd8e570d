#pragma once

#include <boost/program_options/options_description.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace reaper::config {

/// Returns the names of the commands in the order of Command.
[[nodiscard]] std::span<const std::string_view> command_names();

/// Returns the options that are no settings, such as `--config FILE`.
[[nodiscard]] boost::program_options::options_description general_options();

/// Returns one option for each setting.
[[nodiscard]] boost::program_options::options_description setting_options();

/// Returns the names of all options, without dashes.
[[nodiscard]] std::vector<std::string_view> option_names();

}  // namespace reaper::config
