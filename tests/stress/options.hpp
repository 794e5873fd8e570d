#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace stress {

/// How a writer rewrites a chart.
enum class Style {
  in_place,     ///< open with O_TRUNC, write: what Python's open(..., "wb") does
  rename,       ///< a temporary file, then rename(2)
  ftruncate,    ///< open without O_TRUNC, ftruncate(2), write
  mmap,         ///< open, ftruncate, mmap, store, munmap, close
  mmap_closed,  ///< the same, but closed before the store: only the mapping keeps the file open
};

/// How the cleaner removes a chart.
enum class Protocol {
  lease,     ///< lib/volume as it is
  no_lease,  ///< lib/volume on a volume that refuses every lease
  plain,     ///< stat, unlink: for comparison, it loses charts
};

/// What the charts are called.
enum class Names {
  usual,
  longest,  ///< 255 bytes: there is no longer name to set them aside under
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
  std::uint64_t removals = 0;         ///< contested removals after which to stop; 0: only the time counts
  std::optional<uid_t> cleaner_user;  ///< the cleaner works as this user, of a group that may write everywhere
  bool fill = false;                  ///< keep the volume full
  bool cost = false;                  ///< no writers; what a removal costs beside a plain one
  bool json = false;
};

[[nodiscard]] std::string_view to_string(Style style);
[[nodiscard]] std::string_view to_string(Protocol protocol);

/// The options, or nothing if only help was wanted; throws std::exception on what it does not understand.
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv);

}  // namespace stress
