#pragma once

#include "base/error.hpp"
#include "telemetry/log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

struct stat;

namespace reaper::http {

/// The token that the text of a token file holds: its first line, without trailing blanks.
[[nodiscard]] std::string token_in(std::string text);

/// The bearer token in a file, read again whenever the file has changed. The token is never logged.
class TokenFile {
 public:
  TokenFile(std::string path, telemetry::Log& log) : path_(std::move(path)), log_(&log) {}

  /// The first line of the file without trailing blanks, as it is now. Nothing if the file cannot be used: it is
  /// missing, not a regular file, empty, larger than `k_max_bytes`, or everybody can get at it. The log says so once
  /// for each change. Symbolic links are followed: Kubernetes mounts secrets as links.
  [[nodiscard]] std::optional<std::string> token();

  /// Far more than any token has, and little enough to fit a request head with its other fields.
  static constexpr std::size_t k_max_bytes = 4096;

 private:
  /// What tells one state of the file from another: device, inode, mode, size, times of change, errno of opening.
  using State = std::tuple<std::uint64_t, std::uint64_t, std::uint32_t, std::int64_t, std::int64_t, std::int64_t, int>;

  static State state_of(const struct stat& file, int error_number);
  std::optional<std::string> read(int descriptor, const struct stat& file);
  std::optional<std::string> refuse(std::string_view reason);

  std::string path_;
  telemetry::Log* log_;
  std::optional<State> seen_;
  std::optional<std::string> token_;
};

}  // namespace reaper::http
