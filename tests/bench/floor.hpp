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

/// The least that a cleaner can do which looks at every chart: reads each directory below the root and asks for the
/// metadata of each chart, relative to open directories. With `older_than` it also unlinks the charts modified before,
/// without any protection. Keeps nothing. Throws std::system_error.
Walked walk(const std::string& root, std::optional<time_t> older_than);

}  // namespace bench
