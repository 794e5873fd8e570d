#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace reaper::sweep {

/// Some charts, in figures.
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
  std::string symbol;    ///< empty if the directory's name is not that of a chart set
  std::string interval;  ///< the same
  ChartGroup charts;
};

/// All chart sets of one symbol.
struct SymbolFigures {
  std::string symbol;
  std::uint64_t sets = 0;
  ChartGroup charts;
};

/// Which chart sets, or symbols, are asked for, and in which order.
struct SetQuery {
  enum class Sort : std::uint8_t { name, files, bytes, oldest, newest };
  enum class Order : std::uint8_t { ascending, descending };
  enum class Group : std::uint8_t { set, symbol };

  std::size_t limit = 100;
  std::size_t offset = 0;
  Sort sort = Sort::bytes;
  Order order = Order::descending;
  Group group = Group::set;
  std::string match = {};  ///< a part of the path or of the symbol, in lower case; empty: all

  friend bool operator==(const SetQuery&, const SetQuery&) = default;
};

/// One page of the chart sets, or of the symbols, in the order that was asked for; ties are in the order of the names.
struct SetPage {
  base::FileTime as_of;
  std::uint64_t total = 0;  ///< how many match
  std::vector<SetFigures> sets;
  std::vector<SymbolFigures> symbols;  ///< instead, with Group::symbol
};

}  // namespace reaper::sweep
