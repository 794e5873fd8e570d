#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reaper::config {

/// A value in a configuration file.
struct FileValue {
  std::string value;
  unsigned line = 0;

  friend bool operator==(const FileValue&, const FileValue&) = default;
};

/// The content of a configuration file.
struct ConfigFile {
  std::map<std::string, FileValue> values;  ///< by option name, e.g. `max-age-hours`
  std::vector<std::string> errors;          ///< one line each, beginning with file and line
};

/// Parses lines of the form `name=value`; blanks around name and value are ignored. A comment begins with a `#` at the
/// start of a line or after a blank. `path` is used in errors.
[[nodiscard]] ConfigFile parse_config_text(std::string_view text, std::string_view path);

/// Reads the configuration file. If it cannot be read, the result contains an error.
[[nodiscard]] ConfigFile read_config_file(const std::string& path);

}  // namespace reaper::config
