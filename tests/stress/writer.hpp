#pragma once

#include "base/file_descriptor.hpp"
#include "options.hpp"
#include "shared.hpp"

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace stress {

/// A writer process. It rewrites charts exactly where the cleaner removes them, and then verifies that the finished
/// charts exist.
class Writer {
 public:
  Writer(const Options& options, const std::filesystem::path& directory, Shared& shared, unsigned number);

  /// Works until the cleaner sets `stop`.
  void run();

 private:
  struct Written {
    std::uint32_t chart = 0;
    std::uint64_t version = 0;
  };

  void prepare_round();
  void verify(const Written& written);
  void make_old(std::uint32_t chart);
  void contend();
  [[nodiscard]] bool rewrite_one_ahead(std::uint32_t position);
  [[nodiscard]] bool rewrite_one_behind(std::uint32_t position);
  [[nodiscard]] bool take(std::uint32_t chart);
  void rewrite(std::uint32_t chart, Latency& opens);
  void wait_until_seen(const std::string& path);
  [[nodiscard]] std::string content(const Written& written) const;

  const Options& options_;
  Shared& shared_;
  WriterFigures& figures_;
  unsigned number_;
  reaper::base::FileDescriptor root_;
  std::minstd_rand random_;
  std::vector<Written> written_;  // in this round
  std::uint64_t round_ = 0;
  std::uint64_t version_ = 0;
  std::uint32_t behind_ = 0;
};

}  // namespace stress
