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

/// The names in a directory that a sample needs.
struct SampledNames {
  std::vector<std::string> directories;
  std::uint64_t charts = 0;
  std::string first_chart;
};

void take(SampledNames& names, const Entry& entry, const base::GlobList& patterns) {
  if (entry.is_self_or_parent()) return;
  if (entry.type == DT_DIR && !is_foreign_directory(entry.name)) names.directories.emplace_back(entry.name);
  if (entry.type != DT_REG && entry.type != DT_UNKNOWN) return;
  if (!patterns.matches(entry.name) || is_quarantine_name(entry.name)) return;
  if (names.charts++ == 0) names.first_chart = entry.name;
}

Result<SampledNames> read_names(System& system, int directory, const base::GlobList& patterns, unsigned reads) {
  SampledNames names;
  std::vector<std::byte> buffer(k_entries_buffer_bytes);
  for (unsigned i = 0; i < reads; ++i) {
    const long length = system.read_entries(directory, buffer);
    if (length < 0) return base::errno_error(static_cast<int>(-length), "getdents64");
    if (length == 0) break;
    std::span<const std::byte> bytes(buffer.data(), static_cast<std::size_t>(length));
    while (!bytes.empty()) take(names, take_entry(bytes), patterns);
  }
  return names;
}

/// Samples the directories of one root.
class Sampler {
 public:
  Sampler(Root& root, const base::GlobList& patterns) : root_(root), patterns_(patterns), trial_(root) {}

  Result<Sample> run() {
    const auto top = root_.open_directory("");
    if (!top) return top.error();
    const auto names = read_names(root_.system(), top->get(), patterns_, k_reads_of_root);
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
    const auto names = read_names(root_.system(), opened->get(), patterns_, k_reads_of_set);
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
