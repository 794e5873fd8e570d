#include "config/command_line.hpp"

#include "config/help.hpp"
#include "config/setting_table.hpp"
#include "support/catch.hpp"

#include <map>
#include <string>
#include <vector>

using namespace reaper::config;
using Given = std::map<std::string, std::string>;

namespace {

auto parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "chart-reaper");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

CommandLine accepted(const std::vector<const char*>& arguments) {
  const auto parsed = parse(arguments);
  INFO((parsed ? "" : parsed.error().message));
  REQUIRE(parsed.has_value());
  return *parsed;
}

std::string refused(const std::vector<const char*>& arguments) {
  const auto parsed = parse(arguments);
  REQUIRE(parsed.has_error());
  return parsed.error().message;
}

}  // namespace

TEST_CASE("without arguments the daemon is started") {
  const CommandLine line = accepted({});
  CHECK(line.command == Command::serve);
  CHECK_FALSE(line.help);
  CHECK_FALSE(line.version);
  CHECK(line.settings.empty());
  CHECK(parse_command_line(0, nullptr)->command == Command::serve);
}

TEST_CASE("each command is known by its name") {
  CHECK(accepted({"serve"}).command == Command::serve);
  CHECK(accepted({"sweep"}).command == Command::sweep);
  CHECK(accepted({"check"}).command == Command::check);
  CHECK(accepted({"health"}).command == Command::health);
  CHECK(accepted({"reload"}).command == Command::reload);
  CHECK(accepted({"lifecycle", "s3"}).command == Command::lifecycle);
}

TEST_CASE("options may stand before and after the command, in both forms") {
  const CommandLine line =
      accepted({"--max-age-hours", "6", "--json", "sweep", "--dry-run", "--config=/etc/r.conf", "--output-dir=/a=b"});
  CHECK(line.command == Command::sweep);
  CHECK(line.json);
  CHECK(line.dry_run);
  CHECK(line.config_file == "/etc/r.conf");
  CHECK(line.settings == Given{{"max-age-hours", "6"}, {"output-dir", "/a=b"}});
}

TEST_CASE("every setting is an option") {
  for (const Setting& setting : setting_table()) {
    const std::string option = "--" + std::string(setting.option);
    CHECK(accepted({option.c_str(), "x"}).settings == Given{{std::string(setting.option), "x"}});
  }
}

TEST_CASE("a negative value is passed to the setting's check") {
  CHECK(accepted({"--max-age-hours", "-1"}).settings == Given{{"max-age-hours", "-1"}});
}

TEST_CASE("an empty value is accepted in both forms") {
  CHECK(accepted({"--listen", ""}).settings == Given{{"listen", ""}});
  CHECK(accepted({"--listen=", "sweep"}).settings == Given{{"listen", ""}});
  CHECK(accepted({"health", "--address="}).address == std::nullopt);
}

TEST_CASE("help and version work with any command") {
  CHECK(accepted({"--help"}).help);
  CHECK(accepted({"sweep", "--help"}).help);
  CHECK(accepted({"--json", "--help"}).help);
  CHECK(accepted({"--version"}).version);
}

TEST_CASE("health accepts an address") {
  CHECK(accepted({"health", "--address", "[::1]:80"}).address->to_string() == "[::1]:80");
  CHECK(accepted({"--address=unix:/run/x", "health"}).address->to_string() == "unix:/run/x");
  CHECK_FALSE(accepted({"health"}).address);
  for (const char* address : {"127.0.0.1", "127.0.0.1:0", "http://127.0.0.1:80", "x"}) {
    CHECK(refused({"health", "--address", address}).starts_with("--address '"));
  }
}

TEST_CASE("lifecycle accepts a provider and a prefix") {
  CHECK(accepted({"lifecycle", "s3"}).store == ObjectStore::s3);
  CHECK(accepted({"lifecycle", "gcs"}).store == ObjectStore::gcs);
  CHECK(accepted({"lifecycle", "azure"}).store == ObjectStore::azure);
  CHECK(accepted({"lifecycle", "gcs"}).prefix == std::nullopt);
  CHECK(accepted({"--prefix=mine/charts/", "lifecycle", "--max-age-hours=6", "azure"}).prefix == "mine/charts/");
  CHECK(accepted({"lifecycle", "--help"}).help);
}

TEST_CASE("lifecycle refuses a missing, unknown or second provider") {
  CHECK(refused({"lifecycle"}) == "lifecycle needs a provider: s3, gcs or azure");
  CHECK(refused({"lifecycle", "aws"}) ==
        "unknown provider 'aws'; allowed: s3, gcs or azure; the nearest known one is s3");
  CHECK(refused({"lifecycle", "azur"}) ==
        "unknown provider 'azur'; allowed: s3, gcs or azure; the nearest known one is azure");
  CHECK(refused({"lifecycle", ""}).starts_with("unknown provider ''"));
  CHECK(refused({"lifecycle", "s3", "gcs"}) == "unexpected argument 'gcs' after the provider");
  CHECK(refused({"s3"}).starts_with("unknown command 's3'"));
}

TEST_CASE("lifecycle refuses a prefix for a whole bucket") {
  CHECK(
      refused({"lifecycle", "s3", "--prefix="}).starts_with("--prefix '' is not allowed for s3; allowed: the first "));
  CHECK(refused({"lifecycle", "gcs", "--prefix", ""}).starts_with("--prefix '' is not allowed for gcs; allowed: "));
  CHECK(refused({"--prefix=/", "lifecycle", "s3"}).starts_with("--prefix '/' is not allowed for s3; allowed: "));
  CHECK(refused({"lifecycle", "azure", "--prefix=charts/"})
            .starts_with("--prefix 'charts/' is not allowed for azure; allowed: CONTAINER/ and the first part of "));
}

TEST_CASE("an unknown option is refused with the nearest known one") {
  CHECK(refused({"--max-age", "6"}) == "unknown option '--max-age'; the nearest known one is --max-age-hours");
  CHECK(refused({"--max_age_hours=6"}) == "unknown option '--max_age_hours'; the nearest known one is --max-age-hours");
  CHECK(refused({"sweep", "--dryrun"}) == "unknown option '--dryrun'; the nearest known one is --dry-run");
  CHECK(refused({"-h"}) == "unknown option '-h'; the nearest known one is --help");
  CHECK(refused({"--=5"}).starts_with("unknown option '--'"));
}

TEST_CASE("an abbreviated option is refused, not guessed") {
  CHECK(refused({"--hel"}) == "unknown option '--hel'; the nearest known one is --help");
}

TEST_CASE("an unknown command is refused with the nearest known one") {
  CHECK(refused({"swep"}) == "unknown command 'swep'; the nearest known one is sweep");
  CHECK(refused({"Check"}) == "unknown command 'Check'; the nearest known one is check");
  CHECK(refused({""}).starts_with("unknown command ''"));
  CHECK(refused({"sweep", "check"}) == "unexpected argument 'check' after the command");
}

TEST_CASE("an option given twice is refused") {
  CHECK(refused({"--listen=unix:/a", "--listen", "unix:/b"}) == "--listen is given twice");
  CHECK(refused({"sweep", "--json", "--json"}) == "--json is given twice");
  CHECK(refused({"--config=a", "--config=a"}) == "--config is given twice");
}

TEST_CASE("an option without its value, or with one too many, is refused") {
  CHECK(refused({"--max-age-hours"}) == "the required argument for option '--max-age-hours' is missing");
  CHECK(refused({"--output-dir", "--json", "sweep"}) ==
        "--output-dir needs a value; write a value that begins with -- as --output-dir=VALUE");
  CHECK(accepted({"--output-dir=--json"}).settings == Given{{"output-dir", "--json"}});
  CHECK(refused({"sweep", "--json=1"}) == "option '--json' does not take any arguments");
}

TEST_CASE("options of one command are refused with another") {
  CHECK(refused({"--json"}) == "--json is only allowed with sweep and reload");
  CHECK(refused({"check", "--dry-run"}) == "--dry-run is only allowed with sweep");
  CHECK(refused({"sweep", "--address", "unix:/a"}) == "--address is only allowed with health and reload");
  CHECK(refused({"check", "--prefix=charts/"}) == "--prefix is only allowed with lifecycle");
  CHECK(accepted({"reload", "--json", "--address", "unix:/a"}).command == Command::reload);
}

TEST_CASE("usage errors show unprintable arguments escaped") {
  CHECK(refused({"\x1b[31m"}).starts_with("unknown command '\\x1b[31m'"));
  CHECK(refused({"--\x1b[31m"}).starts_with("unknown option '--\\x1b[31m'"));
}

TEST_CASE("the option names the configuration file, or else the environment") {
  const Environment environment{{"CHART_CONFIG_FILE", "/env.conf"}};
  CHECK(settings_sources(accepted({"--config=/option.conf"}), environment).file == "/option.conf");
  CHECK(settings_sources(accepted({}), environment).file == "/env.conf");
  CHECK(settings_sources(accepted({"--config="}), environment).file == "/env.conf");
  CHECK(settings_sources(accepted({}), {}).file.empty());
  CHECK(settings_sources(accepted({"--config=/option.conf"}), environment).file_source == "command line --config");
  CHECK(settings_sources(accepted({}), environment).file_source == "environment");
}

TEST_CASE("the service's configuration file is read if the call names none") {
  Service service;
  service.values["CHART_CONFIG_FILE"] = {"/service.conf", "chart-reaper.service"};
  CHECK(settings_sources(accepted({}), {}, service).file == "/service.conf");
  CHECK(settings_sources(accepted({}), {}, service).file_source == "chart-reaper.service");
  CHECK(settings_sources(accepted({"--config=/option.conf"}), {}, service).file == "/option.conf");
  CHECK(settings_sources(accepted({}), {{"CHART_CONFIG_FILE", "/env.conf"}}, service).file == "/env.conf");
}

TEST_CASE("a call that names a root or a configuration file ignores the service") {
  CHECK(may_use_service(accepted({"sweep", "--max-age-hours=6"}), {{"CHART_MAX_SIZE_MB", "1"}}));
  CHECK(may_use_service(accepted({"sweep", "--output-dir="}), {{"CHART_OUTPUT_DIR", ""}, {"CHART_CONFIG_FILE", ""}}));
  CHECK_FALSE(may_use_service(accepted({"sweep", "--output-dir=/a"}), {}));
  CHECK_FALSE(may_use_service(accepted({"sweep", "--config=/a"}), {}));
  CHECK_FALSE(may_use_service(accepted({"sweep"}), {{"CHART_OUTPUT_DIR", "/a"}}));
  CHECK_FALSE(may_use_service(accepted({"sweep"}), {{"CHART_CONFIG_FILE", "/a"}}));
}

TEST_CASE("the sources of the settings are the command line and the environment") {
  const Sources sources = settings_sources(accepted({"--max-age-hours=6"}), {{"A", "1"}});
  CHECK(sources.command_line == Given{{"max-age-hours", "6"}});
  CHECK(sources.environment == Environment{{"A", "1"}});
}

TEST_CASE("the help names every command, option, setting and default") {
  const std::string help = help_text();
  for (const char* word :
       {"serve", "sweep", "check", "health", "reload", "lifecycle", "--config FILE", "--dry-run", "--json",
        "--address ADDRESS", "--prefix PREFIX", "--help", "--version", "CHART_CONFIG_FILE", "chart-reaper.service"}) {
    CAPTURE(word);
    CHECK(help.find(word) != std::string::npos);
  }
  for (const Setting& setting : setting_table()) {
    CAPTURE(setting.option);
    CHECK(help.find("--" + std::string(setting.option) + " " + std::string(setting.value_name)) != std::string::npos);
    CHECK(help.find(setting.default_value) != std::string::npos);
  }
}
