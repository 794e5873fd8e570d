#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace reaper::sweep {

/// The sums of some charts.
struct ChartGroup {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  base::FileTime oldest = base::FileTime::max();
  base::FileTime newest = base::FileTime::min();

  void add(base::FileTime modified, std::uint64_t size_bytes);
  void add(const ChartGroup& other);
};

/// One directory that holds charts.
struct SetFigures {
  std::string path;      ///< relative to the root; empty for the root itself
  std::string symbol;    ///< empty if the directory name is not that of a chart set
  std::string interval;  ///< likewise
  ChartGroup charts;
};

/// All chart sets of one symbol.
struct SymbolFigures {
  std::string symbol;
  std::uint64_t sets = 0;
  ChartGroup charts;
};

/// A query for chart sets or symbols, with filter and order.
struct SetQuery {
  enum class Sort : std::uint8_t { name, files, bytes, oldest, newest };
  enum class Order : std::uint8_t { ascending, descending };
  enum class Group : std::uint8_t { set, symbol };

  std::size_t limit = 100;
  std::size_t offset = 0;
  Sort sort = Sort::bytes;
  Order order = Order::descending;
  Group group = Group::set;
  std::string match = {};  ///< a part of the path or of the symbol, in lower case; empty for all

  friend bool operator==(const SetQuery&, const SetQuery&) = default;
};

/// One page of the chart sets or symbols, in the order of the query. Ties are in the order of the names.
struct SetPage {
  base::FileTime as_of;
  std::uint64_t total = 0;  ///< the number of matches
  std::vector<SetFigures> sets;
  std::vector<SymbolFigures> symbols;  ///< with Group::symbol, instead of `sets`
};

}  // namespace reaper::sweep
