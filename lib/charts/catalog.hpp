#pragma once

#include "base/clock.hpp"

#include <compare>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reaper::charts {

/// Positions in a Catalog. They are 32 bits wide so that a chart stays under 64 bytes: a million charts fit in 64 MiB.
using ChartIndex = std::uint32_t;
using DirectoryIndex = std::uint32_t;

/// What tells one state of one file from any other: the same inode, not written and not changed since.
struct Fingerprint {
  std::uint64_t inode = 0;
  std::uint32_t device = 0;      ///< major << 20 | minor, the kernel's own 32-bit form
  std::uint64_t size_bytes = 0;  ///< st_size
  std::int64_t modified_ns = 0;  ///< st_mtim, nanoseconds since 1970
  std::int64_t changed_ns = 0;   ///< st_ctim, nanoseconds since 1970

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;

  /// Equal but for the change time, which a rename moves on some file systems.
  [[nodiscard]] bool same_content_as(const Fingerprint& other) const noexcept;
};

/// One chart as it was seen.
struct Chart {
  std::uint64_t inode = 0;
  std::uint64_t size_bytes = 0;     ///< st_size
  std::uint64_t counted_bytes = 0;  ///< what it counts against the limit, see volume/scanner.hpp
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  std::uint32_t device = 0;
  std::uint32_t links = 1;  ///< hard links; with more than one, removing this name frees nothing
  DirectoryIndex directory = 0;
  std::uint32_t name = 0;  ///< see Catalog::name

  [[nodiscard]] base::FileTime modified() const noexcept {
    return base::FileTime(std::chrono::nanoseconds(modified_ns));
  }
  [[nodiscard]] Fingerprint fingerprint() const noexcept {
    return {inode, device, size_bytes, modified_ns, changed_ns};
  }
};

/// One directory as it was seen.
struct Directory {
  std::string path;                  ///< relative to the root; empty for the root itself
  std::int64_t modified_ns = 0;      ///< when an entry was last made or removed in it
  std::uint32_t charts = 0;          ///< charts directly in it
  std::uint32_t subdirectories = 0;  ///< directories directly in it
  std::uint32_t others = 0;          ///< everything else directly in it: other files, links, sockets
  bool complete = true;              ///< false if reading it failed half-way: then it never counts as empty

  [[nodiscard]] bool empty() const noexcept { return complete && charts == 0 && subdirectories == 0 && others == 0; }
};

/// What is on the volume: every chart and every directory of one scan.
///
/// Names are kept once however many charts share them: the service uses the same four names in every chart set.
class Catalog {
 public:
  Catalog() = default;
  Catalog(Catalog&&) = default;
  Catalog& operator=(Catalog&&) = default;
  // Copying would leave `name_ids_` pointing into the other catalog's names.
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  ~Catalog() = default;

  DirectoryIndex add_directory(std::string path);

  /// Adds a chart called `name` and counts it in its directory; `chart.name` is filled in here.
  ChartIndex add_chart(Chart chart, std::string_view name);

  [[nodiscard]] const std::vector<Chart>& charts() const noexcept { return charts_; }
  [[nodiscard]] const std::vector<Directory>& directories() const noexcept { return directories_; }
  [[nodiscard]] const Chart& chart(ChartIndex index) const { return charts_[index]; }
  [[nodiscard]] const Directory& directory(DirectoryIndex index) const { return directories_[index]; }
  [[nodiscard]] Directory& directory(DirectoryIndex index) { return directories_[index]; }

  /// The file name of a chart; NUL-terminated.
  [[nodiscard]] const std::string& name(const Chart& chart) const { return names_[chart.name]; }

  /// The path of a chart relative to the root.
  [[nodiscard]] std::string path(const Chart& chart) const;

  /// The counted bytes of all charts.
  [[nodiscard]] std::uint64_t total_bytes() const noexcept { return total_bytes_; }

  /// The order of removal: oldest first by time, then by path.
  [[nodiscard]] bool removed_before(const Chart& left, const Chart& right) const;

 private:
  std::vector<Chart> charts_;
  std::vector<Directory> directories_;
  std::deque<std::string> names_;  // a deque keeps the strings in place, which `name_ids_` relies on
  std::unordered_map<std::string_view, std::uint32_t> name_ids_;
  std::uint64_t total_bytes_ = 0;
};

/// `directory/name`, or just `name` in the root.
[[nodiscard]] std::string join_path(std::string_view directory, std::string_view name);

}  // namespace reaper::charts
