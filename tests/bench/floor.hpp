#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

namespace bench {

struct Walked {
  std::uint64_t directories = 0;
  std::uint64_t charts = 0;
  std::uint64_t bytes = 0;
  std::uint64_t removed = 0;
};

/// Does the minimum for a cleaner that checks every chart. It reads each directory below the root and the metadata of
/// each chart, relative to open directories. With `older_than` it also unlinks charts modified before that time,
/// without any protection. It keeps nothing. Throws std::system_error.
Walked walk(const std::string& root, std::optional<time_t> older_than);

}  // namespace bench
