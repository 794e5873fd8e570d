#pragma once

#include "base/file_stamp.hpp"
#include "telemetry/log.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct stat;

namespace reaper::http {

/// Returns the token in the text of a token file: its first line, without trailing blanks.
[[nodiscard]] std::string token_in(std::string text);

/// Reads a bearer token from a file, again whenever the file has changed. The token is never logged.
class TokenFile {
 public:
  TokenFile(std::string path, telemetry::Log& log) : path_(std::move(path)), log_(&log) {}

  /// Returns the present token: the first line of the file without trailing blanks. Returns nothing if the file is
  /// missing, not a regular file, empty, larger than `k_max_bytes`, or accessible to others. The log reports that once
  /// for each change. Symbolic links are followed, because Kubernetes mounts secrets as links.
  [[nodiscard]] std::optional<std::string> token();

  /// Much larger than any token, and small enough for a request head with its other fields.
  static constexpr std::size_t k_max_bytes = 4096;

 private:
  std::optional<std::string> read(int descriptor, const struct stat& file);
  std::optional<std::string> refuse(std::string_view reason);

  std::string path_;
  telemetry::Log* log_;
  std::optional<base::FileStamp> seen_;
  std::optional<std::string> token_;
};

}  // namespace reaper::http
