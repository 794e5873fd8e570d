#pragma once

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "volume/root.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace reaper::volume {

/// The result of a request for a read lease.
enum class LeaseTrial : std::uint8_t {
  granted,
  refused,  ///< the chart belongs to another user, or the file system has no leases
  unknown,  ///< the chart has gone, or a writer has it open
};

/// Checks if charts can be removed, and changes nothing. Used for dry runs and before a removal is tried.
///
/// A yes is no promise: the volume may still refuse. A no is certain while the permissions stay as they are.
class RemovalTrial {
 public:
  explicit RemovalTrial(Root& root) : root_(&root) {}

  /// Returns the reason why no name can be removed from the directory; nothing if names can be, or if the directory has
  /// gone. Checks write permission of the effective user and the append-only attribute. The answer is cached.
  [[nodiscard]] std::optional<base::Error> try_directory(const std::string& directory);

  /// Returns the reason why the chart cannot be removed; nothing if it can be, or if it has gone. Checks the directory,
  /// the sticky bit and the chart's attributes. Also checks that the chart can be opened, because every removal opens
  /// it first.
  [[nodiscard]] std::optional<base::Error> try_chart(const std::string& directory, const std::string& name);

  /// The same for an empty subdirectory, which a removal need not open.
  [[nodiscard]] std::optional<base::Error> try_subdirectory(const std::string& directory, const std::string& name);

  /// Takes a read lease on the chart and gives it back at once. Without leases a removal waits for the longer grace
  /// time.
  [[nodiscard]] LeaseTrial try_lease(const std::string& directory, const std::string& name);

 private:
  /// The number of directories kept open. A plan is ordered by age, and the charts of a set are written together. So a
  /// directory that was last used this long ago is rarely needed again.
  static constexpr std::size_t k_max_directories = 128;

  struct Directory {
    base::FileDescriptor descriptor;  // closed if the directory has gone or cannot be opened
    std::optional<base::Error> obstacle;
    bool only_own_files = false;  // sticky, and we are neither the directory's owner nor privileged
  };
  enum class Kind : bool { chart, directory };

  [[nodiscard]] const Directory& open(const std::string& path);
  [[nodiscard]] Directory examine(const std::string& path);
  [[nodiscard]] std::optional<base::Error> try_name(const std::string& directory, const std::string& name, Kind kind);

  Root* root_;
  std::map<std::string, Directory> directories_;
};

}  // namespace reaper::volume
