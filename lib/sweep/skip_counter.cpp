#include "sweep/skip_counter.hpp"

#include "base/path_text.hpp"

#include <boost/functional/hash.hpp>

#include <functional>
#include <utility>

namespace reaper::sweep {
namespace {

/// The hash of a skipped chart. The steps of its path are added one by one, from its name up to the root. So a chart of
/// the catalog needs no path string.
class SkipHash {
 public:
  SkipHash(std::string_view reason, std::int64_t modified_ns) {
    add_step(reason);
    boost::hash_combine(hash_, modified_ns);
  }
  void add_step(std::string_view step) { boost::hash_combine(hash_, std::hash<std::string_view>{}(step)); }
  [[nodiscard]] std::uint64_t value() const noexcept { return hash_; }

 private:
  std::size_t hash_ = 0;
};

}  // namespace

bool SkipCounter::is_new(std::string_view reason, const charts::ChartSnapshot& chart) {
  SkipHash hash(reason, chart.modified_ns);
  hash.add_step(chart.name);
  for (std::string_view rest = chart.directory; !rest.empty();) {
    const base::SplitPath split = base::split_path(rest);
    hash.add_step(split.name);
    rest = split.directory;
  }
  return is_new(hash.value());
}

bool SkipCounter::is_new(std::string_view reason, const charts::Catalog& catalog, charts::ChartIndex index) {
  const charts::Chart& chart = catalog.chart(index);
  SkipHash hash(reason, chart.modified().time_since_epoch().count());
  hash.add_step(catalog.name(chart));
  for (charts::DirectoryIndex i = chart.directory(); i != charts::k_root; i = catalog.directory(i).parent())
    hash.add_step(catalog.name(catalog.directory(i)));
  return is_new(hash.value());
}

bool SkipCounter::is_new(std::uint64_t hash) {
  if (newer_.contains(hash)) return false;
  const bool was_known = older_.erase(hash) != 0;
  newer_.insert(hash);
  if (newer_.size() >= max_remembered_) older_ = std::exchange(newer_, {});
  return !was_known;
}

}  // namespace reaper::sweep
