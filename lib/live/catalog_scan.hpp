#pragma once

#include "base/clock.hpp"
#include "charts/catalog.hpp"
#include "charts/reading.hpp"
#include "live/directory_times.hpp"
#include "live/drift_check.hpp"
#include "live/live_catalog.hpp"
#include "live/scan_context.hpp"
#include "volume/scan.hpp"
#include "volume/scan_batch.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reaper::live {

/// The purpose of a scan.
enum class ScanKind : std::uint8_t {
  sweep,    ///< for a sweep: the caller may leave charts out; a catalog that is not kept drops idle directories
  look,     ///< learns everything that is there
  changed,  ///< of a directory that may have changed; reads only those subdirectories that are new
  arrival,  ///< of a new directory
};

/// One scan of a directory and everything below it into the live catalog. The caller pulls batches and decides about
/// each chart:
///
///     CatalogScan scan(live, start, context, ScanKind::sweep);
///     while (const volume::ScanBatch* batch = scan.next()) {
///       for (const volume::ScanBatch::Chart& chart : batch->charts()) scan.learn(chart);  // or scan.leave_out(chart)
///       if (scan.end_batch()) ...                         // scan.directory() was read
///     }
///     result = scan.finish();
///
/// Afterwards the catalog holds everything that was found, except the charts that were left out.
class CatalogScan {
 public:
  CatalogScan(LiveCatalog& live, charts::DirectoryIndex start, const ScanContext& context, ScanKind kind);
  CatalogScan(const CatalogScan&) = delete;
  CatalogScan& operator=(const CatalogScan&) = delete;
  /// Without finish(), for example after an exception, a full scan counts as incomplete.
  ~CatalogScan();

  /// Returns the next batch; null if there is none left. Call end_batch() before the next call.
  [[nodiscard]] const volume::ScanBatch* next();

  /// Returns the directory of the batch.
  [[nodiscard]] charts::DirectoryIndex directory() const noexcept { return directory_; }

  /// Stores the chart in the catalog.
  void learn(const volume::ScanBatch::Chart& chart);
  /// Leaves the chart out of the catalog, because the caller removes it.
  void leave_out(const volume::ScanBatch::Chart& chart);

  /// Ends the batch after all its charts. Returns true if it was the last one of its directory. Then charts that were
  /// not found are forgotten.
  bool end_batch();

  /// Drops the directories that were read ahead. Call this after charts were removed during the scan, because these
  /// results may still contain them.
  void drop_read_ahead() { scan_.drop_read_ahead(); }

  /// Learns all charts of all remaining batches.
  void learn_all();

  /// Forgets the directories that are gone, and returns the result.
  volume::ScanResult finish();

 private:
  /// A directory above the current one.
  struct Above {
    charts::DirectoryIndex directory = charts::k_no_directory;
    bool is_new = false;  // nothing below it was known before the scan
  };

  [[nodiscard]] bool is_full() const noexcept { return begins_round() && start_ == charts::k_root; }
  [[nodiscard]] bool begins_round() const noexcept { return kind_ == ScanKind::sweep || kind_ == ScanKind::look; }
  [[nodiscard]] DriftCheck* drift_check();
  [[nodiscard]] bool open_next();
  [[nodiscard]] bool enter();
  void begin_reading();
  void end_reading();
  void drop_if_idle();
  void forget(charts::DirectoryIndex index);
  void end_round(const volume::ScanResult& result);
  [[nodiscard]] bool only_counts(const volume::ScanBatch::Chart& chart);
  void note_change(const volume::ScanBatch::Chart& chart, bool was_linked);
  void note_vanished();

  LiveCatalog& live_;
  charts::DirectoryIndex start_;
  ScanContext context_;
  ScanKind kind_;
  base::FileTime began_;
  std::int64_t young_since_ns_;
  DirectoryTimes times_;
  std::optional<DriftCheck> drift_check_;
  volume::Scan scan_;
  volume::ScanBatch batch_;
  std::array<Above, volume::k_max_levels + 1> above_;  // by depth
  charts::DirectoryIndex directory_ = charts::k_no_directory;
  std::optional<charts::Reading> reading_;
  bool has_memory_limit_ = false;
  std::uint64_t changed_ = 0;             // new or changed charts of the directory
  std::vector<std::string> quarantined_;  // charts of the directory that a remover has quarantined
  bool holds_unknown_charts_ = false;     // true if charts of the directory were left out or only counted
  bool is_finished_ = false;
};

}  // namespace reaper::live
