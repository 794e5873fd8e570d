#pragma once

#include "chart_image.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace chart_writer {

/// How a chart replaces the one before it.
enum class WriteMode {
  in_place,  ///< like Python's open(path, "wb"): the old content goes when the file is opened
  rename,    ///< written under another name and renamed over the old chart
};

enum class Verify { no, yes };

/// What a run has done. A write that finds its directory gone is tried once more; it has failed only if that fails too.
struct Totals {
  std::uint64_t charts_written = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t failed_writes = 0;
  std::uint64_t retried_writes = 0;
  std::uint64_t lost_charts = 0;  ///< finished without an error, and then not there or not whole
};

/// Writes chart sets as the analysis service does.
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
  std::vector<std::vector<std::string>> pictures_;  // drawn beforehand: some for each kind of chart
  std::uint64_t analyses_ = 0;
  Totals totals_;
};

}  // namespace chart_writer
