#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace stress {

/// The way in which a writer rewrites a chart.
enum class Style {
  in_place,     ///< open with O_TRUNC, write: like Python's open(..., "wb")
  rename,       ///< a temporary file, then rename(2)
  ftruncate,    ///< open without O_TRUNC, ftruncate(2), write
  mmap,         ///< open, ftruncate, mmap, store, munmap, close
  mmap_closed,  ///< the same, but closed before the store: only the mapping keeps the file open
};

/// The way in which the cleaner removes a chart.
enum class Protocol {
  lease,     ///< lib/volume as it is
  no_lease,  ///< lib/volume on a volume that refuses every lease
  plain,     ///< stat and unlink, for comparison: it loses charts
};

/// The file names of the charts.
enum class Names {
  usual,
  longest,  ///< 255 bytes, which leaves no room for a quarantine name
};

struct Options {
  std::filesystem::path root;
  Style style = Style::in_place;
  Protocol protocol = Protocol::lease;
  Names names = Names::usual;
  unsigned writers = 0;
  std::uint32_t charts = 0;
  std::size_t chart_bytes = 0;
  double seconds = 0;
  std::uint64_t removals = 0;         ///< stop after this number of contested removals; 0: only the time counts
  std::optional<uid_t> cleaner_user;  ///< the cleaner works as this user, whose group may write everywhere
  bool fill = false;                  ///< keep the volume full
  bool cost = false;                  ///< no writers; compare the cost of a removal with a plain one
  bool json = false;
};

[[nodiscard]] std::string_view to_string(Style style);
[[nodiscard]] std::string_view to_string(Protocol protocol);

/// Returns the options, or nothing after --help. Throws std::exception on invalid arguments.
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv);

}  // namespace stress
