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

/// What a configuration file says.
struct ConfigFile {
  std::map<std::string, FileValue> values;  ///< by option name, e.g. `max-age-hours`
  std::vector<std::string> errors;          ///< one line each, beginning with the file and the line
};

/// Reads the text of a configuration file: lines of the form `name=value`, with blanks around either ignored. A `#` at
/// the start of a line or after a blank begins a comment. `path` is for the errors.
[[nodiscard]] ConfigFile parse_config_text(std::string_view text, std::string_view path);

/// Reads the configuration file. One that cannot be read is an error in the result.
[[nodiscard]] ConfigFile read_config_file(const std::string& path);

}  // namespace reaper::config
