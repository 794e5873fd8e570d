#pragma once

#include "charts/catalog.hpp"
#include "live/scan_context.hpp"
#include "volume/scan.hpp"

#include <functional>

namespace reaper::live {

/// Finds changes on the volume between two full scans, and brings them into the catalog.
class ChangeSource {
 public:
  /// Scans a directory of the catalog that is new or may have changed.
  using ScanDirectory = std::function<volume::ScanResult(charts::DirectoryIndex)>;

  ChangeSource() = default;
  ChangeSource(const ChangeSource&) = delete;
  ChangeSource& operator=(const ChangeSource&) = delete;
  virtual ~ChangeSource() = default;

  /// Prepares to notice changes in the open directory of a scan. Call this before its first batch is taken; otherwise
  /// changes during the reading are missed.
  virtual void before_reading(charts::DirectoryIndex directory, volume::Scan& scan, const ScanContext& context) = 0;

  /// Updates the catalog with all changes since the last call. Returns the directories that are too deep to scan.
  virtual volume::TooDeep apply(const ScanDirectory& scan, const ScanContext& context) = 0;
};

}  // namespace reaper::live
