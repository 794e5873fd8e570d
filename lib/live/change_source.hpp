#pragma once

#include "charts/catalog.hpp"
#include "live/scan_context.hpp"
#include "volume/scan.hpp"

#include <functional>

namespace reaper::live {

/// The way in which the catalog learns of changes on the volume between two full scans.
class ChangeSource {
 public:
  /// Scans a directory of the catalog, which has come or may have changed.
  using ScanDirectory = std::function<volume::ScanResult(charts::DirectoryIndex)>;

  ChangeSource() = default;
  ChangeSource(const ChangeSource&) = delete;
  ChangeSource& operator=(const ChangeSource&) = delete;
  virtual ~ChangeSource() = default;

  /// Must be called before an open directory is read, so that no later change in it is missed.
  virtual void before_reading(charts::DirectoryIndex directory, int descriptor, const ScanContext& context) = 0;

  /// Brings the catalog up to date with what has changed. Returns the directories that are too deep for it.
  virtual volume::TooDeep apply(const ScanDirectory& scan, const ScanContext& context) = 0;
};

}  // namespace reaper::live
