#pragma once

#include "charts/catalog.hpp"
#include "sweep/set_page.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::sweep {

/// Makes pages of chart sets during one visit of the catalog. There may be hundreds of thousands of sets, so it keeps
/// only those that fit on the pages. For symbols it keeps sums until the visit ends.
class SetPageMaker {
 public:
  /// The catalog must not change during the life of this object.
  SetPageMaker(const charts::Catalog& catalog, const std::vector<SetQuery>& queries);

  /// Adds a directory that holds charts.
  void add(charts::DirectoryIndex directory, const ChartGroup& charts);

  /// Returns the pages in the order of the queries.
  [[nodiscard]] std::vector<std::pair<SetQuery, std::shared_ptr<const SetPage>>> finish(base::FileTime now);

 private:
  struct SetEntry {
    charts::DirectoryIndex directory;
    ChartGroup charts;
  };
  struct SymbolSums {
    std::uint64_t sets = 0;
    ChartGroup charts;
  };
  struct SymbolEntry {
    std::string_view symbol;
    SymbolSums sums;
  };
  struct Page {
    SetQuery query;
    std::uint64_t total = 0;
    std::vector<SetEntry> best;  // a heap whose front is the last entry of the page
  };

  void offer(Page& page, const SetEntry& entry) const;
  [[nodiscard]] bool is_before(const SetEntry& left, const SetEntry& right, const SetQuery& query) const;
  [[nodiscard]] int compare_paths(charts::DirectoryIndex left, charts::DirectoryIndex right) const;
  [[nodiscard]] bool path_matches(charts::DirectoryIndex directory, std::string_view wanted) const;
  [[nodiscard]] bool is_in_root(charts::DirectoryIndex directory) const;
  [[nodiscard]] std::string_view name(charts::DirectoryIndex directory) const;
  [[nodiscard]] SetPage sets_of(Page page) const;
  [[nodiscard]] SetPage symbols_of(const SetQuery& query) const;

  const charts::Catalog* catalog_;
  std::vector<Page> pages_;
  bool wants_symbols_;
  boost::unordered_flat_map<std::string_view, SymbolSums> symbols_;  // the names belong to the catalog
};

}  // namespace reaper::sweep
