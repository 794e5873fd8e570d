#include "config/help.hpp"

#include "config/options.hpp"

#include <sstream>
#include <string_view>

namespace reaper::config {
namespace {

constexpr std::string_view k_introduction =
    "Usage: chart-reaper [COMMAND] [OPTION]...\n"
    "Keeps a directory of charts within a maximum age and size, and answers over HTTP.\n"
    "\n"
    "Commands:\n"
    "  serve      run the daemon (default)\n"
    "  sweep      run one sweep, then exit\n"
    "  check      print each setting with its source, and test the chart directory\n"
    "  health     ask a running daemon for its health; exit 0 if healthy, 1 if not\n"
    "  reload     make a running daemon read its configuration file again; exit 1 if it does not answer\n"
    "  lifecycle  print the lifecycle rule that is closest to the settings, for s3, gcs or azure\n";

constexpr std::string_view k_settings_note =
    "Each setting is also an environment variable (CHART_MAX_AGE_HOURS=6; --environment is\n"
    "ENVIRONMENT) and a line in the configuration file (max-age-hours=6). The command line\n"
    "overrides the environment, the environment the file, and the file the preset. An empty value\n"
    "counts as not given. The daemon reads the file again when it changes.\n"
    "On a machine with chart-reaper.service, all commands but serve use the settings of the service,\n"
    "unless a root or a configuration file is given. Those settings override the file.\n";

constexpr std::string_view k_exit_codes =
    "Exit codes: 0 success, 64 wrong usage, 70 internal error, 73 or 74 unusable chart directory,\n"
    "78 wrong settings.\n";

}  // namespace

std::string help_text() {
  std::ostringstream text;
  text << k_introduction << '\n' << general_options() << '\n' << setting_options() << '\n';
  text << k_settings_note << '\n' << k_exit_codes;
  return text.str();
}

}  // namespace reaper::config
