#pragma once

#include "chart_image.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace chart_writer {

/// The way in which a chart replaces the previous one.
enum class WriteMode {
  in_place,  ///< like Python's open(path, "wb"): opening the file removes the old content
  rename,    ///< written under another name and renamed over the old chart
};

enum class Verify { no, yes };

/// The results of a run. A write whose directory is missing is tried once more, and has failed only if that fails too.
struct Totals {
  std::uint64_t charts_written = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t failed_writes = 0;
  std::uint64_t retried_writes = 0;
  std::uint64_t lost_charts = 0;  ///< finished without an error, but missing or incomplete afterwards
};

/// Writes chart sets like the analysis service.
class SetWriter {
 public:
  struct Options {
    std::filesystem::path root;
    WriteMode mode = WriteMode::in_place;
    Verify verify = Verify::no;
    std::uint64_t seed = 0;
  };

  explicit SetWriter(Options options);

  /// Writes the four charts of one analysis into `root`/`set`.
  void write_set(const std::string& set);

  [[nodiscard]] const Totals& totals() const noexcept { return totals_; }

 private:
  void write_chart(const std::filesystem::path& path, const std::string& content);

  /// Returns 0 or an errno value.
  [[nodiscard]] int try_write(const std::filesystem::path& path, const std::string& content) const;

  Options options_;
  std::vector<std::vector<std::string>> pictures_;  // drawn in advance, some for each kind of chart
  std::uint64_t analyses_ = 0;
  Totals totals_;
};

}  // namespace chart_writer
