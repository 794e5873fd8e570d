#include "volume/sample.hpp"

#include "volume/directory_entries.hpp"
#include "volume/foreign_directory.hpp"
#include "volume/quarantine_name.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <span>
#include <utility>

namespace reaper::volume {
namespace {

using base::Result;

/// Limits of reading: all names of a very large root, and some thousand charts of a set.
constexpr unsigned k_reads_of_root = 256;
constexpr unsigned k_reads_of_set = 4;

/// Entries of a directory whose type is looked up. Each costs a call on a volume that may be slow.
constexpr unsigned k_max_looks = 512;

/// The names in a directory that a sample needs.
struct SampledNames {
  std::vector<std::string> directories;
  std::uint64_t charts = 0;
  std::string first_chart;
};

/// Reads the names in one directory.
class NameReader {
 public:
  NameReader(System& system, int directory, const base::GlobList& patterns)
      : system_(system), directory_(directory), patterns_(patterns) {}

  /// Calls getdents64(2) at most `reads` times.
  Result<SampledNames> read(unsigned reads) {
    std::vector<std::byte> buffer(k_entries_buffer_bytes);
    for (unsigned i = 0; i < reads; ++i) {
      const long length = system_.read_entries(directory_, buffer);
      if (length < 0) return base::errno_error(static_cast<int>(-length), "getdents64");
      if (length == 0) break;
      std::span<const std::byte> bytes(buffer.data(), static_cast<std::size_t>(length));
      while (!bytes.empty()) take(take_entry(bytes));
    }
    return std::move(names_);
  }

 private:
  void take(const Entry& entry) {
    if (entry.is_self_or_parent()) return;
    const unsigned type = type_of(entry);
    if (type == DT_DIR && !is_foreign_directory(entry.name)) names_.directories.emplace_back(entry.name);
    if (type != DT_REG && type != DT_UNKNOWN) return;
    if (!patterns_.matches(entry.name) || is_quarantine_name(entry.name)) return;
    if (names_.charts++ == 0) names_.first_chart = entry.name;
  }

  /// Not every file system lists the type of an entry (readdir(3)). Then statx(2) returns it, for the first entries.
  unsigned type_of(const Entry& entry) {
    if (entry.type != DT_UNKNOWN || looks_ == k_max_looks) return entry.type;
    ++looks_;
    struct statx file {};
    return system_.stat_at(directory_, entry.name.data(), file) < 0 ? DT_UNKNOWN : IFTODT(file.stx_mode);
  }

  System& system_;
  int directory_;
  const base::GlobList& patterns_;
  unsigned looks_ = 0;
  SampledNames names_;
};

/// Samples the directories of one root.
class Sampler {
 public:
  Sampler(Root& root, const base::GlobList& patterns) : root_(root), patterns_(patterns), trial_(root) {}

  Result<Sample> run() {
    const auto top = root_.open_directory("");
    if (!top) return top.error();
    const auto names = NameReader(root_.system(), top->get(), patterns_).read(k_reads_of_root);
    if (!names) return names.error().with_path(root_.path());
    if (names->charts != 0) add("", *names, top->get());
    const std::size_t sets = names->directories.size();
    const std::size_t tried = std::min(sets, k_max_sampled_sets);
    for (std::size_t i = 0; i < tried; ++i) add_set(names->directories[i * sets / tried]);
    return std::move(sample_);
  }

 private:
  void add_set(const std::string& path) {
    const auto opened = root_.open_directory(path);
    if (!opened) {
      if (auto obstacle = trial_.try_directory(path)) add_unreadable(path, *std::move(obstacle));
      return;
    }
    const auto names = NameReader(root_.system(), opened->get(), patterns_).read(k_reads_of_set);
    if (!names) return add_unreadable(path, names.error().with_path(path));
    if (names->charts != 0) add(path, *names, opened->get());
  }

  void add_unreadable(const std::string& path, base::Error obstacle) {
    SampledSet set{.path = path, .obstacle = std::move(obstacle)};
    struct statx self {};
    if (root_.stat_directory(path, self) == 0) set.owner = self.stx_uid;
    sample_.push_back(std::move(set));
  }

  void add(const std::string& path, const SampledNames& names, int descriptor) {
    SampledSet set{.path = path, .charts = names.charts, .obstacle = trial_.try_directory(path)};
    struct statx owned {};
    const char* const owner_of = set.obstacle ? "" : names.first_chart.c_str();
    if (root_.system().stat_at(descriptor, owner_of, owned) == 0) set.owner = owned.stx_uid;
    if (!set.obstacle) set.obstacle = trial_.try_chart(path, names.first_chart);
    if (root_.is_local()) set.lease = trial_.try_lease(path, names.first_chart);
    sample_.push_back(std::move(set));
  }

  Root& root_;
  const base::GlobList& patterns_;
  RemovalTrial trial_;
  Sample sample_;
};

}  // namespace

Result<Sample> take_sample(Root& root, const base::GlobList& patterns) { return Sampler(root, patterns).run(); }

}  // namespace reaper::volume
