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
  sweep,    ///< its user may leave charts out, and no directory is remembered for nothing
  look,     ///< to know all that is there
  changed,  ///< of a directory that may have changed: below it only directories that are not known are read
  arrival,  ///< of a directory that has come
};

/// One scan of a directory and all below it into the live catalog. Its user pulls, and decides about each chart:
///
///     CatalogScan scan(live, start, context, ScanKind::sweep);
///     while (const volume::ScanBatch* batch = scan.next()) {
///       for (const volume::ScanBatch::Chart& chart : batch->charts()) scan.learn(chart);  // or scan.leave_out(chart)
///       if (scan.end_batch()) ...                         // scan.directory() was read
///     }
///     result = scan.finish();
///
/// Afterwards the catalog has what is there but for the charts that were left out.
class CatalogScan {
 public:
  CatalogScan(LiveCatalog& live, charts::DirectoryIndex start, const ScanContext& context, ScanKind kind);
  CatalogScan(const CatalogScan&) = delete;
  CatalogScan& operator=(const CatalogScan&) = delete;
  /// Without finish(), as after an exception, a full scan has not made the catalog complete.
  ~CatalogScan();

  /// The next batch; null if there is none left. Must not be called before the last one has ended.
  [[nodiscard]] const volume::ScanBatch* next();

  /// The directory that the batch is of.
  [[nodiscard]] charts::DirectoryIndex directory() const noexcept { return directory_; }

  /// The catalog takes the chart in.
  void learn(const volume::ScanBatch::Chart& chart);
  /// The user is going to remove the chart, so it need not be remembered.
  void leave_out(const volume::ScanBatch::Chart& chart);

  /// After all charts of the batch. True if the directory has ended with it: then what was not found is forgotten.
  bool end_batch();

  /// All batches that are left, as they are.
  void learn_all();

  /// Forgets the directories that have gone.
  volume::ScanResult finish();

 private:
  /// A directory above the current one.
  struct Above {
    charts::DirectoryIndex directory = charts::k_no_directory;
    bool is_new = false;  // nothing below it was known before
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
  std::uint64_t changed_ = 0;             // charts of the directory that have come or changed
  std::vector<std::string> quarantined_;  // charts of the directory that a remover has quarantined
  bool holds_unknown_charts_ = false;     // in the directory: left out, or counted only
  bool is_finished_ = false;
};

}  // namespace reaper::live
