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

/// The result of asking for a read lease.
enum class LeaseTrial : std::uint8_t {
  granted,
  refused,  ///< the chart belongs to another user, or the file system has no leases
  unknown,  ///< the chart has gone, or a writer has it open
};

/// Finds out whether charts can be removed, without changing anything: before a removal is tried, and for dry runs.
///
/// A yes is no promise: a volume may still refuse. A no is certain as long as the rights stay as they are.
class RemovalTrial {
 public:
  explicit RemovalTrial(Root& root) : root_(&root) {}

  /// Returns why no name can be removed from this directory; nothing if names can, or the directory has gone. Checks
  /// the write permission, as the effective user, and the append-only attribute. The answer is remembered.
  [[nodiscard]] std::optional<base::Error> try_directory(const std::string& directory);

  /// Returns why the chart cannot be removed; nothing if it can, or has gone. Besides the directory it checks the
  /// sticky bit, the attributes of the chart, and that the chart can be opened, as every removal begins with that.
  [[nodiscard]] std::optional<base::Error> try_chart(const std::string& directory, const std::string& name);

  /// The same for an empty directory in the directory, which nobody has to open.
  [[nodiscard]] std::optional<base::Error> try_subdirectory(const std::string& directory, const std::string& name);

  /// Takes a read lease on the chart and gives it back at once. Without one a removal waits for the longer grace time.
  [[nodiscard]] LeaseTrial try_lease(const std::string& directory, const std::string& name);

 private:
  /// Descriptors that stay open. A plan goes by age, and the charts of a set were written together, so a directory that
  /// has left this number behind hardly comes again.
  static constexpr std::size_t k_max_directories = 128;

  struct Directory {
    base::FileDescriptor descriptor;  // not open if the directory has gone or cannot be opened
    std::optional<base::Error> obstacle;
    bool only_own_files = false;  // sticky, and neither the directory is ours nor may we act as its owner
  };
  enum class Kind : bool { chart, directory };

  [[nodiscard]] const Directory& open(const std::string& path);
  [[nodiscard]] Directory examine(const std::string& path);
  [[nodiscard]] std::optional<base::Error> try_name(const std::string& directory, const std::string& name, Kind kind);

  Root* root_;
  std::map<std::string, Directory> directories_;
};

}  // namespace reaper::volume
